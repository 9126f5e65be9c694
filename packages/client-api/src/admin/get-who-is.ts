import { type Endpoint, endpoint, type Model, model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { UserPath } from "../account/user-path.ts";

/** A connection that was seen. */
export interface WhoIsConnection {
  ip?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  last_seen?: number | undefined;
  user_agent?: string | undefined;
}

/** A session, with its connections. */
export interface WhoIsSession {
  connections?: WhoIsConnection[] | undefined;
}

/** A device, with its sessions. */
export interface WhoIsDevice {
  sessions?: WhoIsSession[] | undefined;
}

/** Response of {@link getWhoIs}. */
export interface GetWhoIsResponse {
  /** The user who was asked for. */
  user_id?: UserId | undefined;
  /** By device ID. */
  devices?: Record<string, WhoIsDevice> | undefined;
}

/** Checks a {@link GetWhoIsResponse}. */
export const GetWhoIsResponse: Model<GetWhoIsResponse> = /* @__PURE__ */ model(() =>
  obj<GetWhoIsResponse>({
    user_id: z.optional(UserId),
    devices: z.optional(
      record(
        z.string(),
        obj<WhoIsDevice>({
          sessions: z.optional(
            z.array(
              obj<WhoIsSession>({
                connections: z.optional(
                  z.array(
                    obj<WhoIsConnection>({
                      ip: z.optional(z.string()),
                      last_seen: z.optional(z.int()),
                      user_agent: z.optional(z.string()),
                    }),
                  ),
                ),
              }),
            ),
          ),
        }),
      ),
    ),
  }),
);

/** Request of {@link getWhoIs}. */
export interface GetWhoIsRequest {
  path: UserPath;
}

/**
 * Tells an administrator which devices and connections a user has.
 *
 * `GET /_matrix/client/v3/admin/whois/{userId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3adminwhoisuserid}
 */
export const getWhoIs: Endpoint<GetWhoIsRequest, GetWhoIsResponse> = /* @__PURE__ */ endpoint({
  id: "getWhoIs",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/admin/whois/{userId}" },
      { since: "v1.1", path: "/_matrix/client/v3/admin/whois/{userId}" },
    ],
  },
  path: UserPath,
  response: GetWhoIsResponse,
});
