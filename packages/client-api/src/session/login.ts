import { type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { DeviceId, ServerName, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { DiscoveryInformation } from "../discovery/discovery-information.ts";
import { LoginType } from "./login-type.ts";

/** Names the user who logs in; which members it has depends on its type. */
export interface UserIdentifier {
  type: OpenEnum<"m.id.user" | "m.id.thirdparty" | "m.id.phone">;
  /** User ID or localpart, for `m.id.user`. */
  user?: string | undefined;
  /** Kind of the address, for `m.id.thirdparty`. */
  medium?: string | undefined;
  /** The address, for `m.id.thirdparty`. */
  address?: string | undefined;
  /** Two-letter code of the country that `phone` is dialled from, for `m.id.phone`. */
  country?: string | undefined;
  /** Phone number, for `m.id.phone`. */
  phone?: string | undefined;
}

/** Body of {@link login}. */
export interface LoginBody {
  /** The flow. */
  type: LoginType;
  /** The user, for `m.login.password` and application services. */
  identifier?: UserIdentifier | undefined;
  /** @deprecated Use `identifier`. */
  user?: string | undefined;
  /** @deprecated Use `identifier`. */
  medium?: string | undefined;
  /** @deprecated Use `identifier`. */
  address?: string | undefined;
  /** For `m.login.password`. */
  password?: string | undefined;
  /** For `m.login.token`. */
  token?: string | undefined;
  /** A device to take over; a new one is made if absent. */
  device_id?: DeviceId | undefined;
  /** Name of a new device. */
  initial_device_display_name?: string | undefined;
  /** Whether the client can use refresh tokens. Default: `false`. */
  refresh_token?: boolean | undefined;
}

/** Checks a {@link LoginBody}. */
export const LoginBody: Model<LoginBody> = /* @__PURE__ */ model(() =>
  obj<LoginBody>({
    type: LoginType,
    identifier: z.optional(
      obj<UserIdentifier>({
        type: openEnum(["m.id.user", "m.id.thirdparty", "m.id.phone"]),
        user: z.optional(z.string()),
        medium: z.optional(z.string()),
        address: z.optional(z.string()),
        country: z.optional(z.string()),
        phone: z.optional(z.string()),
      }),
    ),
    user: z.optional(z.string()),
    medium: z.optional(z.string()),
    address: z.optional(z.string()),
    password: z.optional(z.string()),
    token: z.optional(z.string()),
    device_id: z.optional(DeviceId),
    initial_device_display_name: z.optional(z.string()),
    refresh_token: z.optional(z.boolean()),
  }),
);

/** Response of {@link login}. */
export interface LoginResponse {
  user_id: UserId;
  access_token: string;
  /** Token for renewing the access token; absent if it is not needed. */
  refresh_token?: string | undefined;
  /** Lifetime of the token in milliseconds; absent if it does not expire. */
  expires_in_ms?: number | undefined;
  /** @deprecated See `user_id`. */
  home_server?: ServerName | undefined;
  device_id: DeviceId;
  /** Overrides what the client knows of the server. */
  well_known?: DiscoveryInformation | undefined;
}

/** Checks a {@link LoginResponse}. */
export const LoginResponse: Model<LoginResponse> = /* @__PURE__ */ model(() =>
  obj<LoginResponse>({
    user_id: UserId,
    access_token: z.string(),
    refresh_token: z.optional(z.string()),
    expires_in_ms: z.optional(z.int()),
    home_server: z.optional(ServerName),
    device_id: DeviceId,
    well_known: z.optional(DiscoveryInformation.schema),
  }),
);

/** Request of {@link login}. */
export interface LoginRequest {
  body: LoginBody;
}

/**
 * Logs in and creates a session.
 *
 * `POST /_matrix/client/v3/login` · no authentication · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login}
 */
export const login: Endpoint<LoginRequest, LoginResponse> = /* @__PURE__ */ endpoint({
  id: "login",
  method: "POST",
  auth: "none",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/login" },
      { since: "v1.1", path: "/_matrix/client/v3/login" },
    ],
  },
  errors: { 400: { errcodes: ["M_APPSERVICE_LOGIN_UNSUPPORTED"] }, 403: { errcodes: ["M_FORBIDDEN", "M_USER_DEACTIVATED"] } },
  body: LoginBody,
  response: LoginResponse,
});
