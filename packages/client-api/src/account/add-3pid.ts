import { AuthenticationData, EmptyObject, type Endpoint, endpoint, type Model, model, obj, UiaResponse } from "@patrix/api";
import * as z from "zod/mini";

/** Body of {@link add3PID}. */
export interface Add3PIDBody {
  /** User-Interactive Authentication, once the server has asked for it. */
  auth?: AuthenticationData | undefined;
  /** Secret of the client that began the validation session. */
  client_secret: string;
  /** ID of the validation session. */
  sid: string;
}

/** Checks a {@link Add3PIDBody}. */
export const Add3PIDBody: Model<Add3PIDBody> = /* @__PURE__ */ model(() =>
  obj<Add3PIDBody>({ auth: z.optional(AuthenticationData.schema), client_secret: z.string(), sid: z.string() }),
);

/** Request of {@link add3PID}. */
export interface Add3PIDRequest {
  body: Add3PIDBody;
}

/**
 * Adds a validated third-party address to the account.
 *
 * `POST /_matrix/client/v3/account/3pid/add` · access token · rate limited · User-Interactive Authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidadd}
 */
export const add3PID: Endpoint<Add3PIDRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "add3PID",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/3pid/add" },
      { since: "v1.1", path: "/_matrix/client/v3/account/3pid/add" },
    ],
  },
  uia: true,
  errors: { 401: { body: UiaResponse } },
  body: Add3PIDBody,
  response: EmptyObject,
});
