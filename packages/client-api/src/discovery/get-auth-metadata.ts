import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";

/** Response of {@link getAuthMetadata}. */
export interface GetAuthMetadataResponse {
  /** URL that identifies the authorization server. */
  issuer: string;
  /** Where the user agent begins the authorization code flow. */
  authorization_endpoint: string;
  /** Where tokens are issued. */
  token_endpoint: string;
  /** Where tokens are revoked. */
  revocation_endpoint: string;
  /** Where clients are registered. */
  registration_endpoint: string;
  /** Has `code`. */
  response_types_supported: string[];
  /** Has `authorization_code` and `refresh_token`. */
  grant_types_supported: string[];
  /** Has `query` and `fragment`. */
  response_modes_supported: string[];
  /** Has `S256`. */
  code_challenge_methods_supported: string[];
  /** Values of `prompt`; `create` for registration. */
  prompt_values_supported?: string[] | undefined;
  /** Where users manage their account. */
  account_management_uri?: string | undefined;
  /** Values of `action` for the account page. */
  account_management_actions_supported?:
    | OpenEnum<
        | "org.matrix.profile"
        | "org.matrix.devices_list"
        | "org.matrix.device_view"
        | "org.matrix.device_delete"
        | "org.matrix.account_deactivate"
        | "org.matrix.cross_signing_reset"
      >[]
    | undefined;
  /** Where devices ask for authorization (RFC 8628). */
  device_authorization_endpoint?: string | undefined;
}

/** Checks a {@link GetAuthMetadataResponse}. */
export const GetAuthMetadataResponse: Model<GetAuthMetadataResponse> = /* @__PURE__ */ model(() =>
  obj<GetAuthMetadataResponse>({
    issuer: z.string(),
    authorization_endpoint: z.string(),
    token_endpoint: z.string(),
    revocation_endpoint: z.string(),
    registration_endpoint: z.string(),
    response_types_supported: z.array(z.string()),
    grant_types_supported: z.array(z.string()),
    response_modes_supported: z.array(z.string()),
    code_challenge_methods_supported: z.array(z.string()),
    prompt_values_supported: z.optional(z.array(z.string())),
    account_management_uri: z.optional(z.string()),
    account_management_actions_supported: z.optional(
      z.array(
        openEnum([
          "org.matrix.profile",
          "org.matrix.devices_list",
          "org.matrix.device_view",
          "org.matrix.device_delete",
          "org.matrix.account_deactivate",
          "org.matrix.cross_signing_reset",
        ]),
      ),
    ),
    device_authorization_endpoint: z.optional(z.string()),
  }),
);

/**
 * Describes the homeserver's OAuth 2.0 authorization server.
 *
 * `GET /_matrix/client/v1/auth_metadata` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1auth_metadata}
 */
export const getAuthMetadata: Endpoint<EmptyObject, GetAuthMetadataResponse> = /* @__PURE__ */ endpoint({
  id: "getAuthMetadata",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata" }],
    stable: [{ since: "v1.15", path: "/_matrix/client/v1/auth_metadata" }],
  },
  errors: { 404: { errcodes: ["M_UNRECOGNIZED"] } },
  response: GetAuthMetadataResponse,
});
