import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { UserPath } from "../account/user-path.ts";
import { PresenceState } from "./presence-state.ts";

/** Response of {@link getPresence}. */
export interface GetPresenceResponse {
  presence: PresenceState;
  /** Milliseconds since the user did something. */
  last_active_ago?: number | undefined;
  /** A text that the user wrote. */
  status_msg?: string | null | undefined;
  /** Whether the user is active now. */
  currently_active?: boolean | undefined;
}

/** Checks a {@link GetPresenceResponse}. */
export const GetPresenceResponse: Model<GetPresenceResponse> = /* @__PURE__ */ model(() =>
  obj<GetPresenceResponse>({
    presence: PresenceState,
    last_active_ago: z.optional(z.int()),
    status_msg: z.optional(z.nullable(z.string())),
    currently_active: z.optional(z.boolean()),
  }),
);

/** Request of {@link getPresence}. */
export interface GetPresenceRequest {
  path: UserPath;
}

/**
 * Reads the presence of a user.
 *
 * `GET /_matrix/client/v3/presence/{userId}/status` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3presenceuseridstatus}
 */
export const getPresence: Endpoint<GetPresenceRequest, GetPresenceResponse> = /* @__PURE__ */ endpoint({
  id: "getPresence",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/presence/{userId}/status" },
      { since: "v1.1", path: "/_matrix/client/v3/presence/{userId}/status" },
    ],
  },
  errors: { 403: {}, 404: {} },
  path: UserPath,
  response: GetPresenceResponse,
});
