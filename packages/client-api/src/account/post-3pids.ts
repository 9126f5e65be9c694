import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { ThreepidCredentials } from "./threepid-credentials.ts";

/** Body of {@link post3PIDs}. */
export interface Post3PIDsBody {
  /** Proof that the user owns the address. */
  three_pid_creds: ThreepidCredentials;
}

/** Checks a {@link Post3PIDsBody}. */
export const Post3PIDsBody: Model<Post3PIDsBody> = /* @__PURE__ */ model(() =>
  obj<Post3PIDsBody>({ three_pid_creds: ThreepidCredentials.schema }),
);

/** Response of {@link post3PIDs}. */
export interface Post3PIDsResponse {
  /** Where the client posts the token; absent if the user follows a link instead. */
  submit_url?: string | undefined;
}

/** Checks a {@link Post3PIDsResponse}. */
export const Post3PIDsResponse: Model<Post3PIDsResponse> = /* @__PURE__ */ model(() =>
  obj<Post3PIDsResponse>({ submit_url: z.optional(z.string()) }),
);

/** Request of {@link post3PIDs}. */
export interface Post3PIDsRequest {
  body: Post3PIDsBody;
}

/**
 * Adds a validated third-party address; replaced by {@link add3PID} and {@link bind3PID}.
 *
 * `POST /_matrix/client/v3/account/3pid` · access token
 *
 * @deprecated Since r0.6.0.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pid}
 */
export const post3PIDs: Endpoint<Post3PIDsRequest, Post3PIDsResponse> = /* @__PURE__ */ endpoint({
  id: "post3PIDs",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/3pid" },
      { since: "v1.1", path: "/_matrix/client/v3/account/3pid" },
    ],
    deprecated: "r0.6.0",
  },
  errors: { 403: {} },
  body: Post3PIDsBody,
  response: Post3PIDsResponse,
});
