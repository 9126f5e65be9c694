import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/**
 * What a token endpoint answers: the tokens of a session.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#authorisation-code-flow}
 */
export interface OAuthTokens {
  access_token: string;
  /** `Bearer`, in letters of any size. */
  token_type: string;
  /** Lifetime of the access token in seconds; not known if absent. */
  expires_in?: number | undefined;
  /** The next refresh token; the one that was used goes on if absent. */
  refresh_token?: string | undefined;
  /** What was granted, if it is not what was asked for. */
  scope?: string | undefined;
}

/** Checks an {@link OAuthTokens}. */
export const OAuthTokens: Model<OAuthTokens> = /* @__PURE__ */ model(() =>
  obj<OAuthTokens>({
    access_token: z.string(),
    token_type: z.string(),
    expires_in: z.optional(z.number()),
    refresh_token: z.optional(z.string()),
    scope: z.optional(z.string()),
  }),
);
