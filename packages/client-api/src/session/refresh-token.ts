import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body of {@link refreshToken}. */
export interface RefreshTokenBody {
  /** The token to spend. */
  refresh_token: string;
}

/** Checks a {@link RefreshTokenBody}. */
export const RefreshTokenBody: Model<RefreshTokenBody> = /* @__PURE__ */ model(() => obj<RefreshTokenBody>({ refresh_token: z.string() }));

/** Response of {@link refreshToken}. */
export interface RefreshTokenResponse {
  access_token: string;
  /** The next one; keep the old one if absent. */
  refresh_token?: string | undefined;
  /** Lifetime of the token in milliseconds; absent if it does not expire. */
  expires_in_ms?: number | undefined;
}

/** Checks a {@link RefreshTokenResponse}. */
export const RefreshTokenResponse: Model<RefreshTokenResponse> = /* @__PURE__ */ model(() =>
  obj<RefreshTokenResponse>({ access_token: z.string(), refresh_token: z.optional(z.string()), expires_in_ms: z.optional(z.int()) }),
);

/** Request of {@link refreshToken}. */
export interface RefreshTokenRequest {
  body: RefreshTokenBody;
}

/**
 * Exchanges a refresh token for a new access token.
 *
 * `POST /_matrix/client/v3/refresh` · no authentication · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3refresh}
 */
export const refreshToken: Endpoint<RefreshTokenRequest, RefreshTokenResponse> = /* @__PURE__ */ endpoint({
  id: "refresh",
  method: "POST",
  auth: "none",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc2918/refresh" }],
    stable: [{ since: "v1.3", path: "/_matrix/client/v3/refresh" }],
    olderClients: ["/_matrix/client/r0/refresh"],
  },
  errors: { 401: {} },
  body: RefreshTokenBody,
  response: RefreshTokenResponse,
});
