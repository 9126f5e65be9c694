import { type Endpoint, endpoint, intParam, type Model, model, obj, type OpenEnum, openEnum, paramsModel, record } from "@patrix/api";
import { ClientEventWithoutRoomId, StrippedStateEvent } from "@patrix/events";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { PresenceState } from "../presence/presence-state.ts";
import { RequiredState, SlidingSyncListResult, StateStub } from "./msc4186-sliding-sync.ts";
import { SlidingSyncExtensions, SlidingSyncExtensionsConfig } from "./msc4186-sliding-sync-extensions.ts";

/** Query parameters of {@link simplifiedSlidingSync}. */
export interface SimplifiedSlidingSyncQuery {
  /** `pos` of the last response; absent to begin anew. */
  pos?: string | undefined;
  /** How long to wait for something new, in milliseconds. Default: 0. */
  timeout?: number | undefined;
  /** Default: `online`. */
  set_presence?: PresenceState | undefined;
}
/** Checks a {@link SimplifiedSlidingSyncQuery}. */
export const SimplifiedSlidingSyncQuery: Model<SimplifiedSlidingSyncQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<SimplifiedSlidingSyncQuery>({
    pos: z.optional(z.string()),
    timeout: z.optional(intParam()),
    set_presence: z.optional(PresenceState),
  }),
);

/** What to return of a room. */
export interface SimplifiedRoomConfig {
  /** Greatest number of events. */
  timeline_limit?: number | undefined;
  /** Pairs of type and state key: `*` stands for all, `$LAZY` for the members that the timeline needs, `$ME` for the user. Or as the merged proposal has it. */
  required_state?: [string, string][] | RequiredState | undefined;
  include_heroes?: boolean | undefined;
}
/** Checks a {@link SimplifiedRoomConfig}. */
export const SimplifiedRoomConfig: Model<SimplifiedRoomConfig> = /* @__PURE__ */ model(() =>
  obj<SimplifiedRoomConfig>({
    timeline_limit: z.optional(z.int()),
    required_state: z.optional(z.union([z.array(z.tuple([z.string(), z.string()])), RequiredState.schema])),
    include_heroes: z.optional(z.boolean()),
  }),
);

/** Which rooms a list has; all conditions must hold. */
export interface SimplifiedRoomFilter {
  is_dm?: boolean | undefined;
  spaces?: RoomId[] | undefined;
  is_encrypted?: boolean | undefined;
  is_invite?: boolean | undefined;
  is_invited?: boolean | undefined;
  room_types?: (string | null)[] | undefined;
  not_room_types?: (string | null)[] | undefined;
  tags?: string[] | undefined;
  not_tags?: string[] | undefined;
}
/** Checks a {@link SimplifiedRoomFilter}. */
export const SimplifiedRoomFilter: Model<SimplifiedRoomFilter> = /* @__PURE__ */ model(() =>
  obj<SimplifiedRoomFilter>({
    is_dm: z.optional(z.boolean()),
    spaces: z.optional(z.array(RoomId)),
    is_encrypted: z.optional(z.boolean()),
    is_invite: z.optional(z.boolean()),
    is_invited: z.optional(z.boolean()),
    room_types: z.optional(z.array(z.nullable(z.string()))),
    not_room_types: z.optional(z.array(z.nullable(z.string()))),
    tags: z.optional(z.array(z.string())),
    not_tags: z.optional(z.array(z.string())),
  }),
);

/** A window on the rooms of the user, the most recently active first. */
export interface SimplifiedSyncList {
  /** First and last places of the windows, from 0. */
  ranges?: [number, number][] | undefined;
  /** One window, as the merged proposal has it. */
  range?: [number, number] | undefined;
  /** Greatest number of events. */
  timeline_limit?: number | undefined;
  /** Pairs of type and state key: `*` stands for all, `$LAZY` for the members that the timeline needs, `$ME` for the user. Or as the merged proposal has it. */
  required_state?: [string, string][] | RequiredState | undefined;
  include_heroes?: boolean | undefined;
  filters?: SimplifiedRoomFilter | undefined;
}
/** Checks a {@link SimplifiedSyncList}. */
export const SimplifiedSyncList: Model<SimplifiedSyncList> = /* @__PURE__ */ model(() =>
  obj<SimplifiedSyncList>({
    ranges: z.optional(z.array(z.tuple([z.int(), z.int()]))),
    range: z.optional(z.tuple([z.int(), z.int()])),
    timeline_limit: z.optional(z.int()),
    required_state: z.optional(z.union([z.array(z.tuple([z.string(), z.string()])), RequiredState.schema])),
    include_heroes: z.optional(z.boolean()),
    filters: z.optional(SimplifiedRoomFilter.schema),
  }),
);

/** Body of {@link simplifiedSlidingSync}. */
export interface SimplifiedSlidingSyncBody {
  /** Tells connections of a device apart. */
  conn_id?: string | undefined;
  /** Sent back with the answer. */
  txn_id?: string | undefined;
  /** As in the query. */
  pos?: string | undefined;
  /** As in the query. */
  timeout?: number | undefined;
  /** As in the query. */
  set_presence?: PresenceState | undefined;
  /** By a key that the client chooses. */
  lists?: Record<string, SimplifiedSyncList> | undefined;
  /** Rooms that are wanted whatever the lists say. */
  room_subscriptions?: Record<RoomId, SimplifiedRoomConfig> | undefined;
  extensions?: SlidingSyncExtensionsConfig | undefined;
}
/** Checks a {@link SimplifiedSlidingSyncBody}. */
export const SimplifiedSlidingSyncBody: Model<SimplifiedSlidingSyncBody> = /* @__PURE__ */ model(() =>
  obj<SimplifiedSlidingSyncBody>({
    conn_id: z.optional(z.string()),
    txn_id: z.optional(z.string()),
    pos: z.optional(z.string()),
    timeout: z.optional(z.int()),
    set_presence: z.optional(PresenceState),
    lists: z.optional(record(z.string(), SimplifiedSyncList.schema)),
    room_subscriptions: z.optional(record(RoomId, SimplifiedRoomConfig.schema)),
    extensions: z.optional(SlidingSyncExtensionsConfig.schema),
  }),
);

/** A member to name the room by. */
export interface SimplifiedSyncHero {
  user_id: UserId;
  name?: string | null | undefined;
  displayname?: string | null | undefined;
  /** Content URI. */
  avatar?: string | null | undefined;
  /** Content URI, as the merged proposal has it. */
  avatar_url?: string | null | undefined;
}
/** Checks a {@link SimplifiedSyncHero}. */
export const SimplifiedSyncHero: Model<SimplifiedSyncHero> = /* @__PURE__ */ model(() =>
  obj<SimplifiedSyncHero>({
    user_id: UserId,
    name: z.optional(z.nullable(z.string())),
    displayname: z.optional(z.nullable(z.string())),
    avatar: z.optional(z.nullable(z.string())),
    avatar_url: z.optional(z.nullable(z.string())),
  }),
);

/** What changed in a room. With `initial`, members that are absent are unset; without, unchanged. */
export interface SimplifiedSyncRoom {
  /** Greater for rooms that were active later. */
  bump_stamp?: number | undefined;
  membership?: OpenEnum<"invite" | "join" | "knock" | "leave" | "ban"> | undefined;
  lists?: string[] | undefined;
  name?: string | null | undefined;
  /** Content URI. */
  avatar?: string | null | undefined;
  heroes?: SimplifiedSyncHero[] | null | undefined;
  is_dm?: boolean | null | undefined;
  initial?: boolean | null | undefined;
  unstable_expanded_timeline?: boolean | undefined;
  expanded_timeline?: boolean | undefined;
  required_state?: (ClientEventWithoutRoomId | StateStub)[] | undefined;
  /** The newest last. */
  timeline?: ClientEventWithoutRoomId[] | undefined;
  /** The same, as the merged proposal has it. */
  timeline_events?: ClientEventWithoutRoomId[] | undefined;
  invite_state?: StrippedStateEvent[] | null | undefined;
  knock_state?: StrippedStateEvent[] | null | undefined;
  /** Either, as the merged proposal has it. */
  stripped_state?: StrippedStateEvent[] | undefined;
  prev_batch?: string | null | undefined;
  limited?: boolean | undefined;
  num_live?: number | undefined;
  joined_count?: number | undefined;
  invited_count?: number | undefined;
  notification_count?: number | undefined;
  highlight_count?: number | undefined;
}
/** Checks a {@link SimplifiedSyncRoom}. */
export const SimplifiedSyncRoom: Model<SimplifiedSyncRoom> = /* @__PURE__ */ model(() =>
  obj<SimplifiedSyncRoom>({
    bump_stamp: z.optional(z.int()),
    membership: z.optional(openEnum(["invite", "join", "knock", "leave", "ban"])),
    lists: z.optional(z.array(z.string())),
    name: z.optional(z.nullable(z.string())),
    avatar: z.optional(z.nullable(z.string())),
    heroes: z.optional(z.nullable(z.array(SimplifiedSyncHero.schema))),
    is_dm: z.optional(z.nullable(z.boolean())),
    initial: z.optional(z.nullable(z.boolean())),
    unstable_expanded_timeline: z.optional(z.boolean()),
    expanded_timeline: z.optional(z.boolean()),
    required_state: z.optional(z.array(z.union([ClientEventWithoutRoomId.schema, StateStub.schema]))),
    timeline: z.optional(z.array(ClientEventWithoutRoomId.schema)),
    timeline_events: z.optional(z.array(ClientEventWithoutRoomId.schema)),
    invite_state: z.optional(z.nullable(z.array(StrippedStateEvent.schema))),
    knock_state: z.optional(z.nullable(z.array(StrippedStateEvent.schema))),
    stripped_state: z.optional(z.array(StrippedStateEvent.schema)),
    prev_batch: z.optional(z.nullable(z.string())),
    limited: z.optional(z.boolean()),
    num_live: z.optional(z.int()),
    joined_count: z.optional(z.int()),
    invited_count: z.optional(z.int()),
    notification_count: z.optional(z.int()),
    highlight_count: z.optional(z.int()),
  }),
);

/** Response of {@link simplifiedSlidingSync}. */
export interface SimplifiedSlidingSyncResponse {
  /** To be passed as `pos` next time. */
  pos: string;
  txn_id?: string | undefined;
  /** By key. */
  lists?: Record<string, SlidingSyncListResult> | undefined;
  /** By room. */
  rooms?: Record<RoomId, SimplifiedSyncRoom> | undefined;
  extensions?: SlidingSyncExtensions | undefined;
}
/** Checks a {@link SimplifiedSlidingSyncResponse}. */
export const SimplifiedSlidingSyncResponse: Model<SimplifiedSlidingSyncResponse> = /* @__PURE__ */ model(() =>
  obj<SimplifiedSlidingSyncResponse>({
    pos: z.string(),
    txn_id: z.optional(z.string()),
    lists: z.optional(record(z.string(), SlidingSyncListResult.schema)),
    rooms: z.optional(record(RoomId, SimplifiedSyncRoom.schema)),
    extensions: z.optional(SlidingSyncExtensions.schema),
  }),
);

/** Request of {@link simplifiedSlidingSync}. */
export interface SimplifiedSlidingSyncRequest {
  query?: SimplifiedSlidingSyncQuery | undefined;
  body: SimplifiedSlidingSyncBody;
}

/**
 * Reads what changed in a window of rooms, and waits for something to change; as clients and servers had it before the proposal was merged, and with its new names where a server already sends them.
 *
 * `POST /_matrix/client/unstable/org.matrix.simplified_msc3575/sync` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4186}
 */
export const simplifiedSlidingSync: Endpoint<SimplifiedSlidingSyncRequest, SimplifiedSlidingSyncResponse> = /* @__PURE__ */ endpoint({
  id: "simplifiedSlidingSync",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync", feature: "org.matrix.simplified_msc3575" }],
  },
  errors: { 400: { errcodes: ["M_UNKNOWN_POS"] } },
  query: SimplifiedSlidingSyncQuery,
  body: SimplifiedSlidingSyncBody,
  response: SimplifiedSlidingSyncResponse,
});
