import {
  boolParam,
  endpoint,
  type Endpoint,
  independent,
  intParam,
  jsonParam,
  model,
  type Model,
  obj,
  paramsModel,
  record,
} from "@patrix/api";
import { ToDeviceEvent } from "@patrix/events";
import * as z from "zod/mini";
import { FilterDefinition } from "../filter/filter-definition.ts";
import { DeviceLists } from "../keys/device-lists.ts";
import { PresenceState } from "../presence/presence-state.ts";
import { BasicEvents } from "./basic-events.ts";
import { SyncRooms } from "./sync-rooms.ts";

/** Query parameters of {@link sync}. */
export interface SyncQuery {
  /** A filter, or the ID of a stored one. */
  filter?: string | FilterDefinition | undefined;
  /** `next_batch` of the last sync; everything is returned if absent. */
  since?: string | undefined;
  /** Whether to return all state as if nothing were known. Default: `false`. */
  full_state?: boolean | undefined;
  /** Default: `online`. */
  set_presence?: PresenceState | undefined;
  /** How long to wait for something new, in milliseconds. Default: 0. */
  timeout?: number | undefined;
  /** Whether state comes as `state_after`. Default: `false`. */
  use_state_after?: boolean | undefined;
}

/** The ID of a stored filter never begins with `{`: a text that does is meant as a filter. */
const isFilterId = (text: string): boolean => !/^\s*\{/.test(text);

/** Checks a {@link SyncQuery}. */
export const SyncQuery: Model<SyncQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<SyncQuery>({
    filter: z.optional(
      z.union([
        jsonParam(FilterDefinition.schema),
        z.string().check(z.refine(isFilterId, { abort: true, error: "expected the ID of a filter, or a filter as JSON" })),
      ]),
    ),
    since: z.optional(z.string()),
    full_state: z.optional(boolParam()),
    set_presence: z.optional(PresenceState),
    timeout: z.optional(intParam()),
    use_state_after: z.optional(boolParam()),
  }),
);

/** Messages to the device, outside of any room. */
export interface SyncToDevice {
  events?: ToDeviceEvent[] | undefined;
}

/** Response of {@link sync}. */
export interface SyncResponse {
  /** Token to pass as `since` next time. */
  next_batch: string;
  rooms?: SyncRooms | undefined;
  presence?: BasicEvents | undefined;
  account_data?: BasicEvents | undefined;
  /** Messages to the device. */
  to_device?: SyncToDevice | undefined;
  /** Whose devices changed. */
  device_lists?: DeviceLists | undefined;
  /** How many unclaimed one-time keys the server has, by algorithm. */
  device_one_time_keys_count?: Record<string, number> | undefined;
  /** Algorithms of the fallback keys that nobody has claimed yet. */
  device_unused_fallback_key_types?: string[] | undefined;
}

/** Checks a {@link SyncResponse}. */
export const SyncResponse: Model<SyncResponse> = /* @__PURE__ */ model(() =>
  independent(
    obj<SyncResponse>({
      next_batch: z.string(),
      rooms: z.optional(SyncRooms.schema),
      presence: z.optional(BasicEvents.schema),
      account_data: z.optional(BasicEvents.schema),
      to_device: z.optional(independent(obj<SyncToDevice>({ events: z.optional(independent(z.array(ToDeviceEvent.schema))) }))),
      device_lists: z.optional(DeviceLists.schema),
      device_one_time_keys_count: z.optional(record(z.string(), z.int())),
      device_unused_fallback_key_types: z.optional(z.array(z.string())),
    }),
  ),
);

/** Request of {@link sync}. */
export interface SyncRequest {
  query?: SyncQuery | undefined;
}

/**
 * Reads what changed since the last sync, and waits for something to change.
 *
 * `GET /_matrix/client/v3/sync` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync}
 */
export const sync: Endpoint<SyncRequest, SyncResponse> = /* @__PURE__ */ endpoint({
  id: "sync",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/sync" },
      { since: "v1.1", path: "/_matrix/client/v3/sync" },
    ],
  },
  query: SyncQuery,
  response: SyncResponse,
});
