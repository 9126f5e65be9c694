import { matrixError } from "@patrix/api";
import { getLoginFlows, login, logout, logoutAll, refreshToken } from "@patrix/client-api";
import { handle } from "@patrix/server";
import { identifiedUser } from "../../accounts/accounts.ts";
import type { Registration } from "../registration.ts";
import type { AccountServices } from "./account-services.ts";

/** The handlers of logging in and out. */
export function sessionHandlers({ core, accounts, sessions }: AccountServices): Registration[] {
  return [
    handle(getLoginFlows, () => ({ flows: [{ type: "m.login.password" }] })),
    handle(login, async ({ body }) => {
      if (body.type !== "m.login.password") throw matrixError("M_UNKNOWN", "type: the server does not have this way to log in");
      if (body.identifier && body.identifier.type !== "m.id.user")
        throw matrixError("M_UNKNOWN", "identifier.type: only m.id.user is supported");
      const user = identifiedUser({ ...body });
      if (user === "") throw matrixError("M_MISSING_PARAM", "identifier.user: required, but missing");
      if (body.password === undefined) throw matrixError("M_MISSING_PARAM", "password: required, but missing");
      const account = await accounts.authenticate(user, body.password);
      return { user_id: account.userId, home_server: core.serverName, ...(await sessions.open(account, body)) };
    }),
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
