import { type EmptyObject, endpoint, type Endpoint, independent, model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";
import { LoginType } from "./login-type.ts";

/** Somebody who can say who a user is, for `m.login.sso`. */
export interface IdentityProvider {
  /** Opaque, for the redirect. */
  id: string;
  /** What users know it by. */
  name: string;
  /** A picture, as an `mxc` URI, which can be had without an access token. */
  icon?: string | undefined;
  /** Which well-known one it is, to be preferred to `icon`. */
  brand?: OpenEnum<"apple" | "facebook" | "github" | "gitlab" | "google" | "twitter"> | undefined;
}

/** A way to log in; further members depend on the type. */
export interface LoginFlow {
  type: LoginType;
  /** Whether the server can issue tokens for this flow. Default: `false`. */
  get_login_token?: boolean | undefined;
  /** Among whom the user can choose, for `m.login.sso`. */
  identity_providers?: IdentityProvider[] | undefined;
  /** Whether clients that know of OAuth 2.0 offer only this flow, for `m.login.sso`. Default: `false`. */
  oauth_aware_preferred?: boolean | undefined;
}

/** Response of {@link getLoginFlows}. */
export interface GetLoginFlowsResponse {
  flows?: LoginFlow[] | undefined;
}

/** Checks a {@link GetLoginFlowsResponse}. */
export const GetLoginFlowsResponse: Model<GetLoginFlowsResponse> = /* @__PURE__ */ model(() =>
  obj<GetLoginFlowsResponse>({
    flows: z.optional(
      independent(
        z.array(
          obj<LoginFlow>({
            type: LoginType,
            get_login_token: z.optional(z.boolean()),
            identity_providers: z.optional(
              independent(
                z.array(
                  obj<IdentityProvider>({
                    id: z.string(),
                    name: z.string(),
                    icon: z.optional(z.string()),
                    brand: z.optional(openEnum(["apple", "facebook", "github", "gitlab", "google", "twitter"])),
                  }),
                ),
              ),
            ),
            oauth_aware_preferred: z.optional(z.boolean()),
          }),
        ),
      ),
    ),
  }),
);

/**
 * Lists the ways to log in.
 *
 * `GET /_matrix/client/v3/login` · no authentication · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login}
 */
export const getLoginFlows: Endpoint<EmptyObject, GetLoginFlowsResponse> = /* @__PURE__ */ endpoint({
  id: "getLoginFlows",
  method: "GET",
  auth: "none",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/login" },
      { since: "v1.1", path: "/_matrix/client/v3/login" },
    ],
  },
  errors: { 404: { errcodes: ["M_UNRECOGNIZED"] } },
  response: GetLoginFlowsResponse,
});
