import { type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";

/** Codes of errors of OAuth 2.0 that clients come across. */
export type OAuthErrorCode = OpenEnum<
  | "access_denied"
  | "invalid_client"
  | "invalid_client_metadata"
  | "invalid_grant"
  | "invalid_redirect_uri"
  | "invalid_request"
  | "invalid_scope"
  | "server_error"
  | "temporarily_unavailable"
  | "unauthorized_client"
  | "unsupported_grant_type"
>;

/**
 * What an authorization server answers to what it refuses.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#oauth-20-api}
 */
export interface OAuthErrorBody {
  error: OAuthErrorCode;
  /** For developers. */
  error_description?: string | undefined;
  /** Where there is more about it. */
  error_uri?: string | undefined;
}

/** Checks an {@link OAuthErrorBody}. */
export const OAuthErrorBody: Model<OAuthErrorBody> = /* @__PURE__ */ model(() =>
  obj<OAuthErrorBody>({ error: openEnum([]), error_description: z.optional(z.string()), error_uri: z.optional(z.string()) }),
);
