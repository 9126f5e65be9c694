import { endpoint, type Endpoint, independent, model, type Model, obj, type OpenEnum, openEnum, record, type Shape } from "@patrix/api";
import { ClientEventWithoutRoomId, StrippedStateEvent } from "@patrix/events";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { PresenceState } from "../presence/presence-state.ts";
import { SlidingSyncExtensions, SlidingSyncExtensionsConfig } from "./msc4186-sliding-sync-extensions.ts";

/** Matches state events; an empty object matches all. */
export interface RequiredStateElement {
  /** All types if absent. */
  type?: string | undefined;
  /** All state keys if absent. */
  state_key?: string | undefined;
}
/** Checks a {@link RequiredStateElement}. */
export const RequiredStateElement: Model<RequiredStateElement> = /* @__PURE__ */ model(() =>
  obj<RequiredStateElement>({ type: z.optional(z.string()), state_key: z.optional(z.string()) }),
);

/** Which state of a room is wanted. */
export interface RequiredState {
  /** What to return; nothing if absent. */
  include?: RequiredStateElement[] | undefined;
  /** What to leave out of it. */
  exclude?: RequiredStateElement[] | undefined;
  /** Whether to add the members that the timeline needs. Default: `false`. */
  lazy_members?: boolean | undefined;
}
/** Checks a {@link RequiredState}. */
export const RequiredState: Model<RequiredState> = /* @__PURE__ */ model(() =>
  obj<RequiredState>({
    include: z.optional(z.array(RequiredStateElement.schema)),
    exclude: z.optional(z.array(RequiredStateElement.schema)),
    lazy_members: z.optional(z.boolean()),
  }),
);

/** What to return of a room. */
export interface SlidingSyncRoomConfig {
  /** Greatest number of events. */
  timeline_limit: number;
  required_state: RequiredState;
}
/** Checks a {@link SlidingSyncRoomConfig}. */
export const SlidingSyncRoomConfig: Model<SlidingSyncRoomConfig> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncRoomConfig>({ timeline_limit: z.int(), required_state: RequiredState.schema }),
);

/** Which rooms a list has; all conditions must hold. */
export interface SlidingRoomFilter {
  /** Whether the room is in `m.direct`. */
  is_dm?: boolean | undefined;
  /** Spaces of which one must have the room directly. */
  spaces?: RoomId[] | undefined;
  is_encrypted?: boolean | undefined;
  is_invited?: boolean | undefined;
  /** `null` stands for rooms without a type. */
  room_types?: (string | null)[] | undefined;
  /** Wins over `room_types`. */
  not_room_types?: (string | null)[] | undefined;
  /** Tags of which the room must have one. */
  tags?: string[] | undefined;
  /** Wins over `tags`. */
  not_tags?: string[] | undefined;
}
/** The checks of a {@link SlidingRoomFilter}, to spread into those of an object that extends it. */
export function slidingRoomFilterShape(): Shape<SlidingRoomFilter> {
  return {
    is_dm: z.optional(z.boolean()),
    spaces: z.optional(z.array(RoomId)),
    is_encrypted: z.optional(z.boolean()),
    is_invited: z.optional(z.boolean()),
    room_types: z.optional(z.array(z.nullable(z.string()))),
    not_room_types: z.optional(z.array(z.nullable(z.string()))),
    tags: z.optional(z.array(z.string())),
    not_tags: z.optional(z.array(z.string())),
  };
}
/** Checks a {@link SlidingRoomFilter}. */
export const SlidingRoomFilter: Model<SlidingRoomFilter> = /* @__PURE__ */ model(() => obj<SlidingRoomFilter>(slidingRoomFilterShape()));

/** A window on the rooms of the user, the most recently active first. */
export interface SlidingSyncList {
  /** Greatest number of events. */
  timeline_limit: number;
  required_state: RequiredState;
  /** First and last place of the window, from 0; all rooms if absent. */
  range?: [number, number] | undefined;
  filters?: SlidingRoomFilter | undefined;
}
/** Checks a {@link SlidingSyncList}. */
export const SlidingSyncList: Model<SlidingSyncList> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncList>({
    timeline_limit: z.int(),
    required_state: RequiredState.schema,
    range: z.optional(z.tuple([z.int(), z.int()])),
    filters: z.optional(SlidingRoomFilter.schema),
  }),
);

/** Body of {@link slidingSync}. */
export interface SlidingSyncBody {
  /** Tells connections of a device apart. */
  conn_id?: string | undefined;
  /** `pos` of the last response; absent to begin anew. */
  pos?: string | undefined;
  /** How long to wait for something new, in milliseconds. Default: 0. */
  timeout?: number | undefined;
  /** Default: `online`. */
  set_presence?: PresenceState | undefined;
  /** By a key that the client chooses; at most 100. */
  lists?: Record<string, SlidingSyncList> | undefined;
  /** Rooms that are wanted whatever the lists say. */
  room_subscriptions?: Record<RoomId, SlidingSyncRoomConfig> | undefined;
  extensions?: SlidingSyncExtensionsConfig | undefined;
}
/** The checks of a {@link SlidingSyncBody}, to spread into those of an object that extends it. */
export function slidingSyncBodyShape(): Shape<SlidingSyncBody> {
  return {
    conn_id: z.optional(z.string()),
    pos: z.optional(z.string()),
    timeout: z.optional(z.int()),
    set_presence: z.optional(PresenceState),
    lists: z.optional(record(z.string(), SlidingSyncList.schema)),
    room_subscriptions: z.optional(record(RoomId, SlidingSyncRoomConfig.schema)),
    extensions: z.optional(SlidingSyncExtensionsConfig.schema),
  };
}
/** Checks a {@link SlidingSyncBody}. */
export const SlidingSyncBody: Model<SlidingSyncBody> = /* @__PURE__ */ model(() => obj<SlidingSyncBody>(slidingSyncBodyShape()));

/** What is known of a list. */
export interface SlidingSyncListResult {
  /** Number of rooms that match the filters. */
  count: number;
}
/** Checks a {@link SlidingSyncListResult}. */
export const SlidingSyncListResult: Model<SlidingSyncListResult> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncListResult>({ count: z.int() }),
);

/** A member to name the room by. */
export interface SlidingSyncHero {
  user_id: UserId;
  displayname?: string | undefined;
  avatar_url?: string | undefined;
}
/** Checks a {@link SlidingSyncHero}. */
export const SlidingSyncHero: Model<SlidingSyncHero> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncHero>({ user_id: UserId, displayname: z.optional(z.string()), avatar_url: z.optional(z.string()) }),
);

/** A piece of state that is gone: a state event without content. */
export interface StateStub {
  type: string;
  state_key: string;
}
/** Checks a {@link StateStub}. */
export const StateStub: Model<StateStub> = /* @__PURE__ */ model(() => obj<StateStub>({ type: z.string(), state_key: z.string() }));

/** What changed in a room. With `initial`, members that are absent are unset; without, unchanged. */
export interface SlidingSyncRoom {
  /** Greater for rooms that were active later. */
  bump_stamp?: number | undefined;
  membership?: OpenEnum<"invite" | "join" | "knock" | "leave" | "ban"> | undefined;
  /** Keys of the lists that the room is in. */
  lists?: string[] | undefined;
  name?: string | null | undefined;
  /** Content URI. */
  avatar?: string | null | undefined;
  heroes?: SlidingSyncHero[] | undefined;
  is_dm?: boolean | undefined;
  /** Whether to forget what was known of the room. Default: `false`. */
  initial?: boolean | undefined;
  /** Whether events may be older than known ones. Default: `false`. */
  expanded_timeline?: boolean | undefined;
  required_state?: (ClientEventWithoutRoomId | StateStub)[] | undefined;
  /** The newest last. */
  timeline?: ClientEventWithoutRoomId[] | undefined;
  /** Token for reading the history before the timeline. */
  prev_batch?: string | undefined;
  /** Whether events before these were left out. Default: `false`. */
  limited?: boolean | undefined;
  /** How many events, from the end, are new. */
  num_live?: number | undefined;
  joined_count?: number | undefined;
  invited_count?: number | undefined;
  notification_count?: number | undefined;
  highlight_count?: number | undefined;
  /** What may be known of a room that the user has not joined. */
  stripped_state?: StrippedStateEvent[] | undefined;
}
/** The checks of a {@link SlidingSyncRoom}, to spread into those of an object that extends it. */
export function slidingSyncRoomShape(): Shape<SlidingSyncRoom> {
  return {
    bump_stamp: z.optional(z.int()),
    membership: z.optional(openEnum(["invite", "join", "knock", "leave", "ban"])),
    lists: z.optional(z.array(z.string())),
    name: z.optional(z.nullable(z.string())),
    avatar: z.optional(z.nullable(z.string())),
    heroes: z.optional(z.array(SlidingSyncHero.schema)),
    is_dm: z.optional(z.boolean()),
    initial: z.optional(z.boolean()),
    expanded_timeline: z.optional(z.boolean()),
    required_state: z.optional(z.array(z.union([ClientEventWithoutRoomId.schema, StateStub.schema]))),
    timeline: z.optional(independent(z.array(ClientEventWithoutRoomId.schema))),
    prev_batch: z.optional(z.string()),
    limited: z.optional(z.boolean()),
    num_live: z.optional(z.int()),
    joined_count: z.optional(z.int()),
    invited_count: z.optional(z.int()),
    notification_count: z.optional(z.int()),
    highlight_count: z.optional(z.int()),
    stripped_state: z.optional(independent(z.array(StrippedStateEvent.schema))),
  };
}
/** Checks a {@link SlidingSyncRoom}. */
export const SlidingSyncRoom: Model<SlidingSyncRoom> = /* @__PURE__ */ model(() => obj<SlidingSyncRoom>(slidingSyncRoomShape()));

/** Response of {@link slidingSync}. */
export interface SlidingSyncResponse {
  /** To be passed as `pos` next time. */
  pos: string;
  /** By key. */
  lists?: Record<string, SlidingSyncListResult> | undefined;
  /** By room. */
  rooms?: Record<RoomId, SlidingSyncRoom> | undefined;
  extensions?: SlidingSyncExtensions | undefined;
}
/** The checks of a {@link SlidingSyncResponse}, to spread into those of an object that extends it. */
export function slidingSyncResponseShape(): Shape<SlidingSyncResponse> {
  return {
    pos: z.string(),
    lists: z.optional(record(z.string(), SlidingSyncListResult.schema)),
    rooms: z.optional(record(RoomId, SlidingSyncRoom.schema)),
    extensions: z.optional(SlidingSyncExtensions.schema),
  };
}
/** Checks a {@link SlidingSyncResponse}. */
export const SlidingSyncResponse: Model<SlidingSyncResponse> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncResponse>(slidingSyncResponseShape()),
);

/** Request of {@link slidingSync}. */
export interface SlidingSyncRequest {
  body: SlidingSyncBody;
}

/**
 * Reads what changed in a window of rooms, and waits for something to change; as the proposal was merged.
 *
 * `POST /_matrix/client/v4/sync` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4186}
 */
export const slidingSync: Endpoint<SlidingSyncRequest, SlidingSyncResponse> = /* @__PURE__ */ endpoint({
  id: "slidingSync",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/v4/sync", feature: "org.matrix.msc4186.stable" }] },
  errors: { 400: { errcodes: ["M_UNKNOWN_POS"] } },
  body: SlidingSyncBody,
  response: SlidingSyncResponse,
});
