import { type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";

/**
 * What a client says of itself when it registers with an authorization server. Names and addresses may be localized by members such as
 * `client_name#fr`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#client-metadata}
 */
export interface OAuthClientMetadata {
  /** Web page about the client, over `https`; all other addresses are on its host, or on a subdomain of it. */
  client_uri: string;
  /** What the client is called. */
  client_name?: string | undefined;
  /** Picture of the client, over `https`. */
  logo_uri?: string | undefined;
  /** Terms of service, over `https`. */
  tos_uri?: string | undefined;
  /** Privacy policy, over `https`. */
  policy_uri?: string | undefined;
  /** Where users may be sent back to; those of the loopback interface have no port. */
  redirect_uris?: string[] | undefined;
  /** Has `code`. */
  response_types?: string[] | undefined;
  /** Has `authorization_code` and `refresh_token`. */
  grant_types?: string[] | undefined;
  /** `none` for clients that can keep no secret. */
  token_endpoint_auth_method?: string | undefined;
  /** Which redirect URIs there may be. Default: `web`. */
  application_type?: OpenEnum<"web" | "native"> | undefined;
}

/** Checks an {@link OAuthClientMetadata}. */
export const OAuthClientMetadata: Model<OAuthClientMetadata> = /* @__PURE__ */ model(() =>
  obj<OAuthClientMetadata>({
    client_uri: z.string(),
    client_name: z.optional(z.string()),
    logo_uri: z.optional(z.string()),
    tos_uri: z.optional(z.string()),
    policy_uri: z.optional(z.string()),
    redirect_uris: z.optional(z.array(z.string())),
    response_types: z.optional(z.array(z.string())),
    grant_types: z.optional(z.array(z.string())),
    token_endpoint_auth_method: z.optional(z.string()),
    application_type: z.optional(openEnum(["web", "native"])),
  }),
);
