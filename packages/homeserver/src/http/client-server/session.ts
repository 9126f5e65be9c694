import { matrixError } from "@patrix/api";
import {
  type AuthenticationBody,
  generateLoginToken,
  type GenerateLoginTokenResponse,
  getLoginFlows,
  login,
  type LoginBody,
  logout,
  logoutAll,
  refreshToken,
} from "@patrix/client-api";
import { handle } from "@patrix/server";
import { identifiedUser } from "../../accounts/accounts.ts";
import { LOGIN_TOKEN_LIFETIME_MS } from "../../accounts/login-tokens.ts";
import type { ProvenAccount } from "../../accounts/local-user.ts";
import type { Registration } from "../registration.ts";
import type { AccountServices } from "./account-services.ts";
import { APPSERVICE_LOGIN, loginByAppservice } from "./appservice-accounts.ts";
import { provenOperation } from "./proven-operation.ts";

/** The handlers of logging in and out. */
export function sessionHandlers(services: AccountServices): Registration[] {
  const { core, sessions, appservices, loginTokens } = services;
  const prove = provenOperation<AuthenticationBody, GenerateLoginTokenResponse>(services);
  const types = ["m.login.password", ...(appservices.all.length > 0 ? [APPSERVICE_LOGIN] : [])];
  return [
    handle(getLoginFlows, () => ({ flows: [...types.map((type) => ({ type })), { type: "m.login.token", get_login_token: true }] })),
    handle(login, async ({ body }, { token }) => {
      if (body.type === APPSERVICE_LOGIN) return loginByAppservice(services, token, body);
      const account = await authenticated(services, body);
      return { user_id: account.userId, home_server: core.serverName, ...(await sessions.open(account, body)) };
    }),
    handle(generateLoginToken, ({ body = {} }, { user }) =>
      prove({ user, body }, async (account) => ({ login_token: loginTokens.issue(account), expires_in_ms: LOGIN_TOKEN_LIFETIME_MS })),
    ),
    handle(refreshToken, ({ body }) => sessions.refresh(body.refresh_token)),
    handle(logout, async (_, { user }) => {
      await sessions.removeDevices(user.userNid, (device) => device.device_nid !== user.deviceNid);
      return {};
    }),
    handle(logoutAll, async (_, { user }) => {
      await sessions.removeDevices(user.userNid, () => false);
      return {};
    }),
  ];
}

/** The account that a login is for, by one of the ways that there are. @throws {MatrixError} @throws {AccountError} */
async function authenticated({ accounts, loginTokens }: AccountServices, body: LoginBody): Promise<ProvenAccount> {
  if (body.type === "m.login.token") {
    if (body.token === undefined) throw matrixError("M_MISSING_PARAM", "token: required, but missing");
    const account = loginTokens.take(body.token);
    await accounts.requireUsable(account);
    return account;
  }
  if (body.type !== "m.login.password") throw matrixError("M_UNKNOWN", "type: the server does not have this way to log in");
  if (body.identifier && body.identifier.type !== "m.id.user")
    throw matrixError("M_UNKNOWN", "identifier.type: only m.id.user is supported");
  const user = identifiedUser({ ...body });
  if (user === "") throw matrixError("M_MISSING_PARAM", "identifier.user: required, but missing");
  if (body.password === undefined) throw matrixError("M_MISSING_PARAM", "password: required, but missing");
  return accounts.authenticate(user, body.password);
}
