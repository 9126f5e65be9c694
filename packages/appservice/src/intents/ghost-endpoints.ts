import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { LoginResponse, RegisterResponse } from "@patrix/client-api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** What the specification calls the login of an application service. */
export const APPSERVICE_LOGIN = "m.login.application_service";

/** Body of {@link registerGhost}. */
export interface RegisterGhostBody {
  type: typeof APPSERVICE_LOGIN;
  /** Localpart of the ghost. */
  username: string;
  /** Whether to make no device. */
  inhibit_login: boolean;
}

const RegisterGhostBody: Model<RegisterGhostBody> = /* @__PURE__ */ model(() =>
  obj<RegisterGhostBody>({ type: z.literal(APPSERVICE_LOGIN), username: z.string(), inhibit_login: z.boolean() }),
);

/**
 * Registers a user of an application service, with its token; the endpoint of the same path takes none.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#server-admin-style-permissions}
 */
export const registerGhost: Endpoint<{ body: RegisterGhostBody }, RegisterResponse> = /* @__PURE__ */ endpoint({
  id: "registerGhost",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: { stable: [{ since: "v1.1", path: "/_matrix/client/v3/register" }] },
  body: RegisterGhostBody,
  response: RegisterResponse,
});

/** Body of {@link logInGhost}. */
export interface LogInGhostBody {
  type: typeof APPSERVICE_LOGIN;
  identifier: { type: "m.id.user"; user: string };
  device_id?: DeviceId | undefined;
  initial_device_display_name?: string | undefined;
}

const LogInGhostBody: Model<LogInGhostBody> = /* @__PURE__ */ model(() =>
  obj<LogInGhostBody>({
    type: z.literal(APPSERVICE_LOGIN),
    identifier: obj<LogInGhostBody["identifier"]>({ type: z.literal("m.id.user"), user: z.string() }),
    device_id: z.optional(DeviceId),
    initial_device_display_name: z.optional(z.string()),
  }),
);

/**
 * Logs a user of an application service in, with its token; the endpoint of the same path takes none.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#appservice-login}
 */
export const logInGhost: Endpoint<{ body: LogInGhostBody }, LoginResponse> = /* @__PURE__ */ endpoint({
  id: "logInGhost",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: { stable: [{ since: "v1.1", path: "/_matrix/client/v3/login" }] },
  body: LogInGhostBody,
  response: LoginResponse,
});
