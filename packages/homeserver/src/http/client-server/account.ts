import type { EmptyObject } from "@patrix/api";
import {
  changePassword,
  type ChangePasswordBody,
  deactivateAccount,
  type DeactivateAccountBody,
  type DeactivateAccountResponse,
  getAccount3PIDs,
  getTokenOwner,
  requestOpenIdToken,
} from "@patrix/client-api";
import { handle } from "@patrix/server";
import { issueOpenIdToken, OPENID_TOKEN_LIFETIME_MS } from "../../accounts/openid-tokens.ts";
import type { Registration } from "../registration.ts";
import { localUserId, requireOwn } from "../access/requester.ts";
import type { AccountServices } from "./account-services.ts";
import { provenOperation } from "./proven-operation.ts";

/** The handlers of a user's own account. */
export function accountHandlers(services: AccountServices): Registration[] {
  const { core, accounts } = services;
  const passwordChange = provenOperation<ChangePasswordBody, EmptyObject>(services);
  // An application service ends the users that nobody else can have, and nobody else's.
  const deactivation = provenOperation<DeactivateAccountBody, DeactivateAccountResponse>(
    services,
    ({ appservice, userId }) =>
      appservice !== undefined && services.appservices.ownerOfUser(userId) === appservice && userId !== appservice.userId,
  );
  return [
    handle(getTokenOwner, (_, { user }) => ({
      user_id: localUserId(user),
      ...(user.deviceId !== undefined && { device_id: user.deviceId }),
      is_guest: user.isGuest,
    })),
    handle(changePassword, ({ body }, { user }) =>
      passwordChange({ user, body }, async (account, { new_password: password, logout_devices: logout }) => {
        await accounts.setPassword(account, password, (device) => logout === false || device.device_nid === user.deviceNid);
        return {};
      }),
    ),
    handle(deactivateAccount, ({ body = {} }, { user }) =>
      deactivation({ user, body }, async (account, { erase = false }) => {
        await accounts.deactivate(account, { erase });
        await services.leaveRooms(account);
        return { id_server_unbind_result: "no-support" };
      }),
    ),
    handle(getAccount3PIDs, () => ({ threepids: [] })),
    handle(requestOpenIdToken, async ({ path }, { user }) => {
      requireOwn(user, path);
      return {
        access_token: await issueOpenIdToken(core, user.userNid),
        token_type: "Bearer",
        matrix_server_name: core.serverName,
        expires_in: OPENID_TOKEN_LIFETIME_MS / 1000,
      };
    }),
  ];
}
