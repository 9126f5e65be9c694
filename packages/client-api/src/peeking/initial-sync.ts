import {
  boolParam,
  endpoint,
  type Endpoint,
  independent,
  intParam,
  model,
  type Model,
  obj,
  type OpenEnum,
  openEnum,
  paramsModel,
} from "@patrix/api";
import { BasicEvent, ClientEvent } from "@patrix/events";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomVisibility } from "../directory/room-visibility.ts";
import { PaginationChunk } from "./pagination-chunk.ts";

/** Query parameters of {@link initialSync}. */
export interface InitialSyncQuery {
  /** Greatest number of results. */
  limit?: number | undefined;
  /** Whether to include rooms that the user has left. Default: `false`. */
  archived?: boolean | undefined;
}

/** Checks a {@link InitialSyncQuery}. */
export const InitialSyncQuery: Model<InitialSyncQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<InitialSyncQuery>({ limit: z.optional(intParam()), archived: z.optional(boolParam()) }),
);

/** What the old initial sync says of one of the user's rooms. */
export interface InitialSyncRoom {
  room_id: RoomId;
  membership: OpenEnum<"invite" | "join" | "leave" | "ban">;
  /** The invite, if the user is invited. */
  invite?: ClientEvent | undefined;
  messages?: PaginationChunk | undefined;
  /** Current state. */
  state?: ClientEvent[] | undefined;
  visibility?: RoomVisibility | undefined;
  account_data?: BasicEvent[] | undefined;
}

/** Response of {@link initialSync}. */
export interface InitialSyncResponse {
  /** Token to go on from, with {@link getEvents}. */
  end: string;
  presence: BasicEvent[];
  rooms: InitialSyncRoom[];
  account_data?: BasicEvent[] | undefined;
}

/** Checks a {@link InitialSyncResponse}. */
export const InitialSyncResponse: Model<InitialSyncResponse> = /* @__PURE__ */ model(() =>
  obj<InitialSyncResponse>({
    end: z.string(),
    presence: independent(z.array(BasicEvent.schema)),
    rooms: independent(
      z.array(
        obj<InitialSyncRoom>({
          room_id: RoomId,
          membership: openEnum(["invite", "join", "leave", "ban"]),
          invite: z.optional(ClientEvent.schema),
          messages: z.optional(PaginationChunk.schema),
          state: z.optional(independent(z.array(ClientEvent.schema))),
          visibility: z.optional(RoomVisibility),
          account_data: z.optional(independent(z.array(BasicEvent.schema))),
        }),
      ),
    ),
    account_data: z.optional(independent(z.array(BasicEvent.schema))),
  }),
);

/** Request of {@link initialSync}. */
export interface InitialSyncRequest {
  query?: InitialSyncQuery | undefined;
}

/**
 * Reads the state of all of the user's rooms; replaced by {@link sync}.
 *
 * `GET /_matrix/client/v3/initialSync` · access token
 *
 * @deprecated Since r0.0.0.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3initialsync}
 */
export const initialSync: Endpoint<InitialSyncRequest, InitialSyncResponse> = /* @__PURE__ */ endpoint({
  id: "initialSync",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/initialSync" },
      { since: "v1.1", path: "/_matrix/client/v3/initialSync" },
    ],
    deprecated: "r0.0.0",
  },
  errors: { 404: {} },
  query: InitialSyncQuery,
  response: InitialSyncResponse,
});
