import { endpoint, type Endpoint, independent, intParam, model, type Model, obj, paramsModel, record } from "@patrix/api";
import { StrippedStateEvent } from "@patrix/events";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { PresenceState } from "../presence/presence-state.ts";
import {
  RequiredState,
  type SlidingRoomFilter,
  slidingRoomFilterShape,
  type SlidingSyncBody,
  slidingSyncBodyShape,
  type SlidingSyncList,
  type SlidingSyncResponse,
  slidingSyncResponseShape,
  type SlidingSyncRoom,
  slidingSyncRoomShape,
} from "./msc4186-sliding-sync.ts";

// The wire that is deployed, under the feature org.matrix.simplified_msc3575: what it adds to the merged proposal, and has otherwise.

/** Query parameters of {@link simplifiedMsc3575Sync}; the merged proposal has them in the body only. */
export interface SimplifiedMsc3575Query {
  /** `pos` of the last response; absent to begin anew. */
  pos?: string | undefined;
  /** How long to wait for something new, in milliseconds. Default: 0. */
  timeout?: number | undefined;
  /** Default: `online`. */
  set_presence?: PresenceState | undefined;
}
/** Checks a {@link SimplifiedMsc3575Query}. */
export const SimplifiedMsc3575Query: Model<SimplifiedMsc3575Query> = /* @__PURE__ */ paramsModel(() =>
  obj<SimplifiedMsc3575Query>({
    pos: z.optional(z.string()),
    timeout: z.optional(intParam()),
    set_presence: z.optional(PresenceState),
  }),
);

/** What to return of a room. */
export interface SimplifiedMsc3575RoomConfig {
  /** Greatest number of events. */
  timeline_limit?: number | undefined;
  /** Pairs of type and state key: `*` stands for all, `$LAZY` for the members that the timeline needs, `$ME` for the user. Or as the merged proposal has it. */
  required_state?: [string, string][] | RequiredState | undefined;
  include_heroes?: boolean | undefined;
}
/** Checks a {@link SimplifiedMsc3575RoomConfig}. */
export const SimplifiedMsc3575RoomConfig: Model<SimplifiedMsc3575RoomConfig> = /* @__PURE__ */ model(() =>
  obj<SimplifiedMsc3575RoomConfig>(roomConfigShape()),
);

/* @__NO_SIDE_EFFECTS__ */
function roomConfigShape() {
  return {
    timeline_limit: z.optional(z.int()),
    required_state: z.optional(z.union([z.array(z.tuple([z.string(), z.string()])), RequiredState.schema])),
    include_heroes: z.optional(z.boolean()),
  };
}

/** Which rooms a list has; all conditions must hold. */
export interface SimplifiedMsc3575RoomFilter extends SlidingRoomFilter {
  /** `is_invited` of the merged proposal. */
  is_invite?: boolean | undefined;
  /** A part of the room's name, in any case; the merged proposal has no such filter. */
  room_name_like?: string | undefined;
}
/** Checks a {@link SimplifiedMsc3575RoomFilter}. */
export const SimplifiedMsc3575RoomFilter: Model<SimplifiedMsc3575RoomFilter> = /* @__PURE__ */ model(() =>
  obj<SimplifiedMsc3575RoomFilter>({
    ...slidingRoomFilterShape(),
    is_invite: z.optional(z.boolean()),
    room_name_like: z.optional(z.string()),
  }),
);

/** Windows on the rooms of the user, the most recently active first. */
export interface SimplifiedMsc3575List extends SimplifiedMsc3575RoomConfig, Pick<SlidingSyncList, "range"> {
  /** First and last places of the windows, from 0; the merged proposal has one `range`. */
  ranges?: [number, number][] | undefined;
  filters?: SimplifiedMsc3575RoomFilter | undefined;
}
/** Checks a {@link SimplifiedMsc3575List}. */
export const SimplifiedMsc3575List: Model<SimplifiedMsc3575List> = /* @__PURE__ */ model(() =>
  obj<SimplifiedMsc3575List>({
    ...roomConfigShape(),
    range: z.optional(z.tuple([z.int(), z.int()])),
    ranges: z.optional(z.array(z.tuple([z.int(), z.int()]))),
    filters: z.optional(SimplifiedMsc3575RoomFilter.schema),
  }),
);

/** Body of {@link simplifiedMsc3575Sync}; `pos`, `timeout` and `set_presence` may be in the query instead. */
export interface SimplifiedMsc3575Body extends Omit<SlidingSyncBody, "lists" | "room_subscriptions"> {
  /** Sent back with the answer. */
  txn_id?: string | undefined;
  /** By a key that the client chooses. */
  lists?: Record<string, SimplifiedMsc3575List> | undefined;
  /** Rooms that are wanted whatever the lists say. */
  room_subscriptions?: Record<RoomId, SimplifiedMsc3575RoomConfig> | undefined;
}
/** Checks a {@link SimplifiedMsc3575Body}. */
export const SimplifiedMsc3575Body: Model<SimplifiedMsc3575Body> = /* @__PURE__ */ model(() =>
  obj<SimplifiedMsc3575Body>({
    ...slidingSyncBodyShape(),
    txn_id: z.optional(z.string()),
    lists: z.optional(record(z.string(), SimplifiedMsc3575List.schema)),
    room_subscriptions: z.optional(record(RoomId, SimplifiedMsc3575RoomConfig.schema)),
  }),
);

/** A member to name the room by. */
export interface SimplifiedMsc3575Hero {
  user_id: UserId;
  name?: string | null | undefined;
  /** `name`, as the merged proposal has it. */
  displayname?: string | null | undefined;
  /** Content URI. */
  avatar?: string | null | undefined;
  /** Content URI, as the merged proposal has it. */
  avatar_url?: string | null | undefined;
}
/** Checks a {@link SimplifiedMsc3575Hero}. */
export const SimplifiedMsc3575Hero: Model<SimplifiedMsc3575Hero> = /* @__PURE__ */ model(() =>
  obj<SimplifiedMsc3575Hero>({
    user_id: UserId,
    name: z.optional(z.nullable(z.string())),
    displayname: z.optional(z.nullable(z.string())),
    avatar: z.optional(z.nullable(z.string())),
    avatar_url: z.optional(z.nullable(z.string())),
  }),
);

/** What changed in a room; with the names of the merged proposal where a server sends those already. */
export interface SimplifiedMsc3575Room extends Omit<SlidingSyncRoom, "heroes" | "initial" | "is_dm" | "prev_batch"> {
  heroes?: SimplifiedMsc3575Hero[] | null | undefined;
  is_dm?: boolean | null | undefined;
  /** Whether to forget what was known of the room. Default: `false`. */
  initial?: boolean | null | undefined;
  /** `expanded_timeline` of the merged proposal. */
  unstable_expanded_timeline?: boolean | undefined;
  /** `stripped_state` of the merged proposal, where the user is invited. */
  invite_state?: StrippedStateEvent[] | null | undefined;
  /** `stripped_state` of the merged proposal, where the user knocked. */
  knock_state?: StrippedStateEvent[] | null | undefined;
  /** Token for reading the history before the timeline. */
  prev_batch?: string | null | undefined;
}
/** Checks a {@link SimplifiedMsc3575Room}. */
export const SimplifiedMsc3575Room: Model<SimplifiedMsc3575Room> = /* @__PURE__ */ model(() =>
  obj<SimplifiedMsc3575Room>({
    ...slidingSyncRoomShape(),
    heroes: z.optional(z.nullable(z.array(SimplifiedMsc3575Hero.schema))),
    is_dm: z.optional(z.nullable(z.boolean())),
    initial: z.optional(z.nullable(z.boolean())),
    unstable_expanded_timeline: z.optional(z.boolean()),
    invite_state: z.optional(z.nullable(independent(z.array(StrippedStateEvent.schema)))),
    knock_state: z.optional(z.nullable(independent(z.array(StrippedStateEvent.schema)))),
    prev_batch: z.optional(z.nullable(z.string())),
  }),
);

/** Response of {@link simplifiedMsc3575Sync}. */
export interface SimplifiedMsc3575Response extends Omit<SlidingSyncResponse, "rooms"> {
  txn_id?: string | undefined;
  /** By room. */
  rooms?: Record<RoomId, SimplifiedMsc3575Room> | undefined;
}
/** Checks a {@link SimplifiedMsc3575Response}. */
export const SimplifiedMsc3575Response: Model<SimplifiedMsc3575Response> = /* @__PURE__ */ model(() =>
  obj<SimplifiedMsc3575Response>({
    ...slidingSyncResponseShape(),
    txn_id: z.optional(z.string()),
    rooms: z.optional(record(RoomId, SimplifiedMsc3575Room.schema)),
  }),
);

/** Request of {@link simplifiedMsc3575Sync}. */
export interface SimplifiedMsc3575Request {
  query?: SimplifiedMsc3575Query | undefined;
  body: SimplifiedMsc3575Body;
}

/**
 * Reads what changed in a window of rooms, and waits for something to change: sliding sync as it is deployed, from before the proposal
 * was merged. `slidingSync` is the merged one.
 *
 * `POST /_matrix/client/unstable/org.matrix.simplified_msc3575/sync` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4186}
 */
export const simplifiedMsc3575Sync: Endpoint<SimplifiedMsc3575Request, SimplifiedMsc3575Response> = /* @__PURE__ */ endpoint({
  id: "simplifiedMsc3575Sync",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync", feature: "org.matrix.simplified_msc3575" }],
  },
  errors: { 400: { errcodes: ["M_UNKNOWN_POS"] } },
  query: SimplifiedMsc3575Query,
  body: SimplifiedMsc3575Body,
  response: SimplifiedMsc3575Response,
});
