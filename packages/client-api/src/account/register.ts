import {
  AuthenticationData,
  type Endpoint,
  endpoint,
  type Model,
  model,
  obj,
  type OpenEnum,
  openEnum,
  paramsModel,
  UiaResponse,
} from "@patrix/api";
import { DeviceId, ServerName, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link register}. */
export interface RegisterQuery {
  /** Default: `user`. */
  kind?: OpenEnum<"guest" | "user"> | undefined;
}

/** Checks a {@link RegisterQuery}. */
export const RegisterQuery: Model<RegisterQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<RegisterQuery>({ kind: z.optional(openEnum(["guest", "user"])) }),
);

/** Body of {@link register}. */
export interface RegisterBody {
  /** User-Interactive Authentication, once the server has asked for it. */
  auth?: AuthenticationData | undefined;
  /** Localpart of the user ID; made by the server if absent. */
  username?: string | undefined;
  /** For accounts with a password. */
  password?: string | undefined;
  /** A device ID to use; one is made if absent. */
  device_id?: DeviceId | undefined;
  /** Name of a new device. */
  initial_device_display_name?: string | undefined;
  /** Whether not to log in at once. Default: `false`. */
  inhibit_login?: boolean | undefined;
  /** Whether the client can use refresh tokens. Default: `false`. */
  refresh_token?: boolean | undefined;
}

/** Checks a {@link RegisterBody}. */
export const RegisterBody: Model<RegisterBody> = /* @__PURE__ */ model(() =>
  obj<RegisterBody>({
    auth: z.optional(AuthenticationData.schema),
    username: z.optional(z.string()),
    password: z.optional(z.string()),
    device_id: z.optional(DeviceId),
    initial_device_display_name: z.optional(z.string()),
    inhibit_login: z.optional(z.boolean()),
    refresh_token: z.optional(z.boolean()),
  }),
);

/** Response of {@link register}. */
export interface RegisterResponse {
  user_id: UserId;
  /** Absent with `inhibit_login`. */
  access_token?: string | undefined;
  /** Token for renewing the access token; absent if it is not needed. */
  refresh_token?: string | undefined;
  /** Lifetime of the token in milliseconds; absent if it does not expire. */
  expires_in_ms?: number | undefined;
  /** @deprecated See `user_id`. */
  home_server?: ServerName | undefined;
  /** Absent with `inhibit_login`. */
  device_id?: DeviceId | undefined;
}

/** Checks a {@link RegisterResponse}. */
export const RegisterResponse: Model<RegisterResponse> = /* @__PURE__ */ model(() =>
  obj<RegisterResponse>({
    user_id: UserId,
    access_token: z.optional(z.string()),
    refresh_token: z.optional(z.string()),
    expires_in_ms: z.optional(z.int()),
    home_server: z.optional(ServerName),
    device_id: z.optional(DeviceId),
  }),
);

/** Request of {@link register}. */
export interface RegisterRequest {
  query?: RegisterQuery | undefined;
  body?: RegisterBody | undefined;
}

/**
 * Creates an account.
 *
 * `POST /_matrix/client/v3/register` · no authentication · rate limited · User-Interactive Authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register}
 */
export const register: Endpoint<RegisterRequest, RegisterResponse> = /* @__PURE__ */ endpoint({
  id: "register",
  method: "POST",
  auth: "none",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/register" },
      { since: "v1.1", path: "/_matrix/client/v3/register" },
    ],
  },
  uia: true,
  errors: {
    400: { errcodes: ["M_APPSERVICE_LOGIN_UNSUPPORTED", "M_EXCLUSIVE", "M_INVALID_USERNAME", "M_USER_IN_USE"] },
    401: { body: UiaResponse },
    403: {},
  },
  query: RegisterQuery,
  body: RegisterBody,
  response: RegisterResponse,
});
