import { EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** A third-party address. */
export interface Threepid {
  medium: string;
  address: string;
}

/** Body of {@link unbind3pid}. */
export interface Unbind3pidBody {
  /** ID of the validation session. */
  sid?: string | undefined;
  /** Secret of the client that began the validation session. */
  client_secret?: string | undefined;
  mxid: UserId;
  /** The address to withdraw. */
  threepid: Threepid;
}

/** Checks a {@link Unbind3pidBody}. */
export const Unbind3pidBody: Model<Unbind3pidBody> = /* @__PURE__ */ model(() =>
  obj<Unbind3pidBody>({
    sid: z.optional(z.string()),
    client_secret: z.optional(z.string()),
    mxid: UserId,
    threepid: obj<Threepid>({ medium: z.string(), address: z.string() }),
  }),
);

/** Request of {@link unbind3pid}. */
export interface Unbind3pidRequest {
  body: Unbind3pidBody;
}

/**
 * Withdraws an association of a third-party address with a Matrix user.
 *
 * `POST /_matrix/identity/v2/3pid/unbind` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv23pidunbind}
 */
export const unbind3pid: Endpoint<Unbind3pidRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "unbindV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/3pid/unbind" }] },
  errors: { 400: {}, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] }, 404: {}, 501: {} },
  body: Unbind3pidBody,
  response: EmptyObject,
});
