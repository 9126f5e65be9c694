import { type Endpoint, endpoint, type Model, model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link bind3pid}. */
export interface Bind3pidBody {
  /** ID of the validation session. */
  sid: string;
  /** Secret of the client that began the validation session. */
  client_secret: string;
  /** The user who owns the address. */
  mxid: UserId;
}

/** Checks a {@link Bind3pidBody}. */
export const Bind3pidBody: Model<Bind3pidBody> = /* @__PURE__ */ model(() =>
  obj<Bind3pidBody>({ sid: z.string(), client_secret: z.string(), mxid: UserId }),
);

/** Response of {@link bind3pid}. */
export interface Bind3pidResponse {
  address: string;
  medium: string;
  mxid: UserId;
  /** Milliseconds since the Unix epoch. */
  not_before: number;
  /** Milliseconds since the Unix epoch. */
  not_after: number;
  /** When it was validated, in milliseconds since the Unix epoch. */
  ts: number;
  /** Signatures in unpadded base64, by signer and key ID. */
  signatures: Record<string, Record<string, string>>;
}

/** Checks a {@link Bind3pidResponse}. */
export const Bind3pidResponse: Model<Bind3pidResponse> = /* @__PURE__ */ model(() =>
  obj<Bind3pidResponse>({
    address: z.string(),
    medium: z.string(),
    mxid: UserId,
    not_before: z.int(),
    not_after: z.int(),
    ts: z.int(),
    signatures: record(z.string(), record(z.string(), z.string())),
  }),
);

/** Request of {@link bind3pid}. */
export interface Bind3pidRequest {
  body: Bind3pidBody;
}

/**
 * Publishes that a validated third-party address belongs to a Matrix user.
 *
 * `POST /_matrix/identity/v2/3pid/bind` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv23pidbind}
 */
export const bind3pid: Endpoint<Bind3pidRequest, Bind3pidResponse> = /* @__PURE__ */ endpoint({
  id: "bindV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  formBody: true,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/3pid/bind" }] },
  errors: { 400: { errcodes: ["M_SESSION_EXPIRED", "M_SESSION_NOT_VALIDATED"] }, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] }, 404: {} },
  body: Bind3pidBody,
  response: Bind3pidResponse,
});
