import { matrixError } from "@patrix/api";
import type { LoginBody, LoginResponse, RegisterBody, RegisterResponse } from "@patrix/client-api";
import { identifiedUser } from "../../accounts/accounts.ts";
import { toUserId } from "../../accounts/username.ts";
import type { Appservice } from "../../appservice/appservices.ts";
import type { AccountServices } from "./account-services.ts";

/** With what application services register their users and log them in, and clients never. */
export const APPSERVICE_LOGIN = "m.login.application_service";

/** Whether a registration is one of an application service: the specification has its type in words only. */
export function isAppserviceRegistration(body: RegisterBody): boolean {
  return "type" in body && body.type === APPSERVICE_LOGIN;
}

/**
 * Registers a user of an application service, who has no password.
 *
 * @throws {MatrixError} `M_MISSING_TOKEN`, `M_UNKNOWN_TOKEN`, or `M_EXCLUSIVE` for a name that is not its own.
 */
export async function registerByAppservice(
  services: AccountServices,
  token: string | undefined,
  body: RegisterBody,
): Promise<RegisterResponse> {
  const { core, accounts, sessions } = services;
  const service = serviceOf(services, token);
  const { username } = body;
  if (username === undefined) throw matrixError("M_MISSING_PARAM", "username: required, but missing");
  requireOwnUser(services, service, toUserId(username, core.serverName), "username");
  const account = await accounts.create({ localpart: username, appserviceId: service.registration.id });
  const answer: RegisterResponse = { user_id: account.userId, home_server: core.serverName };
  return body.inhibit_login ? answer : { ...answer, ...(await sessions.open(account, body)) };
}

/**
 * Logs a user of an application service in, on a device with a token of its own.
 *
 * @throws {MatrixError} As {@link registerByAppservice}. @throws {AccountError}
 */
export async function loginByAppservice(services: AccountServices, token: string | undefined, body: LoginBody): Promise<LoginResponse> {
  const { core, accounts, sessions } = services;
  const service = serviceOf(services, token);
  const named = identifiedUser({ ...body });
  if (named === "") throw matrixError("M_MISSING_PARAM", "identifier.user: required, but missing");
  const userId = named.startsWith("@") ? (named as `@${string}:${string}`) : toUserId(named, core.serverName);
  requireOwnUser(services, service, userId, "identifier.user");
  const account = await accounts.forAppservice(userId);
  return { user_id: userId, home_server: core.serverName, ...(await sessions.open(account, body)) };
}

function serviceOf({ appservices }: AccountServices, token: string | undefined): Appservice {
  if (token === undefined) throw matrixError("M_MISSING_TOKEN", "the request carries no access token");
  const service = appservices.byToken(token);
  if (!service) throw matrixError("M_UNKNOWN_TOKEN", "the token is not that of an application service", { soft_logout: false });
  return service;
}

/** Checks that a user is in a namespace of the service, and in none that is another's alone. @throws {MatrixError} `M_EXCLUSIVE`. */
function requireOwnUser({ appservices }: AccountServices, service: Appservice, userId: string, field: string): void {
  const owner = appservices.ownerOfUser(userId);
  if (appservices.matchUser(service, userId) === undefined || (owner && owner !== service))
    throw matrixError("M_EXCLUSIVE", `${field}: it is not in a namespace of the application service`);
}
