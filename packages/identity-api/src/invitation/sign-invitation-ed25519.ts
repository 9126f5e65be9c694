import { type Endpoint, endpoint, type Model, model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link signInvitationEd25519}. */
export interface SignInvitationEd25519Body {
  mxid: UserId;
  /** Token of the invite. */
  token: string;
  /** The private key in unpadded base64. */
  private_key: string;
}

/** Checks a {@link SignInvitationEd25519Body}. */
export const SignInvitationEd25519Body: Model<SignInvitationEd25519Body> = /* @__PURE__ */ model(() =>
  obj<SignInvitationEd25519Body>({ mxid: UserId, token: z.string(), private_key: z.string() }),
);

/** Response of {@link signInvitationEd25519}. */
export interface SignInvitationEd25519Response {
  mxid: UserId;
  sender: UserId;
  /** Signatures in unpadded base64, by signer and key ID. */
  signatures: Record<string, Record<string, string>>;
  token: string;
}

/** Checks a {@link SignInvitationEd25519Response}. */
export const SignInvitationEd25519Response: Model<SignInvitationEd25519Response> = /* @__PURE__ */ model(() =>
  obj<SignInvitationEd25519Response>({
    mxid: UserId,
    sender: UserId,
    signatures: record(z.string(), record(z.string(), z.string())),
    token: z.string(),
  }),
);

/** Request of {@link signInvitationEd25519}. */
export interface SignInvitationEd25519Request {
  body: SignInvitationEd25519Body;
}

/**
 * Signs a third-party invite with a key that the caller holds.
 *
 * `POST /_matrix/identity/v2/sign-ed25519` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2sign-ed25519}
 */
export const signInvitationEd25519: Endpoint<SignInvitationEd25519Request, SignInvitationEd25519Response> = /* @__PURE__ */ endpoint({
  id: "blindlySignStuffV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/sign-ed25519" }] },
  errors: { 403: { errcodes: ["M_TERMS_NOT_SIGNED"] }, 404: {} },
  body: SignInvitationEd25519Body,
  response: SignInvitationEd25519Response,
});
