import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response of {@link getTurnServer}. */
export interface GetTurnServerResponse {
  /** Localpart of the user ID; made by the server if absent. */
  username: string;
  /** For `username`. */
  password: string;
  /** Addresses of the TURN server. */
  uris: string[];
  /** How long to use the credentials, in seconds. */
  ttl: number;
}

/** Checks a {@link GetTurnServerResponse}. */
export const GetTurnServerResponse: Model<GetTurnServerResponse> = /* @__PURE__ */ model(() =>
  obj<GetTurnServerResponse>({ username: z.string(), password: z.string(), uris: z.array(z.string()), ttl: z.int() }),
);

/**
 * Hands out credentials for a TURN server.
 *
 * `GET /_matrix/client/v3/voip/turnServer` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3voipturnserver}
 */
export const getTurnServer: Endpoint<EmptyObject, GetTurnServerResponse> = /* @__PURE__ */ endpoint({
  id: "getTurnServer",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/voip/turnServer" },
      { since: "v1.1", path: "/_matrix/client/v3/voip/turnServer" },
    ],
  },
  response: GetTurnServerResponse,
});
