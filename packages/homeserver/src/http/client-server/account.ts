import { changePassword, deactivateAccount, getAccount3PIDs, getTokenOwner, requestOpenIdToken, type UserPath } from "@patrix/client-api";
import { type AuthenticationData, matrixError } from "@patrix/api";
import { handle } from "@patrix/server";
import { issueOpenIdToken, OPENID_TOKEN_LIFETIME_MS } from "../../accounts/openid-tokens.ts";
import type { Registration } from "../registration.ts";
import type { Requester } from "../access/requester.ts";
import type { AccountServices } from "./account-services.ts";

/** Asks the requester to prove who they are. @throws {UiaChallenge} Until they have. */
export async function proveIdentity(
  { accounts, uia }: AccountServices,
  user: Requester,
  what: string,
  auth: AuthenticationData | undefined,
): Promise<void> {
  const proof = await accounts.proof({ userNid: user.userNid, userId: localUserId(user) });
  await uia.require({ operation: `${what} ${user.userId}`, auth, ...proof });
}

/** The requester's user ID; tokens belong to users of this server only. */
export function localUserId({ userId }: Requester): `@${string}:${string}` {
  return userId as `@${string}:${string}`;
}

/** Checks that a path is about the requester. @throws {MatrixError} `M_FORBIDDEN`. */
export function requireOwn(user: Requester, path: Pick<UserPath, "userId">): void {
  if (path.userId !== user.userId) throw matrixError("M_FORBIDDEN", "userId: this is another user's");
}

/** The handlers of a user's own account. */
export function accountHandlers(services: AccountServices): Registration[] {
  const { core, accounts, sessions } = services;
  return [
    handle(getTokenOwner, (_, { user }) => ({ user_id: localUserId(user), device_id: user.deviceId, is_guest: user.isGuest })),
    handle(changePassword, async ({ body }, { user }) => {
      await proveIdentity(services, user, "changePassword", body.auth);
      await accounts.setPassword(user.userNid, body.new_password);
      if (body.logout_devices !== false) await sessions.removeDevices(user.userNid, (device) => device.device_nid === user.deviceNid);
      return {};
    }),
    handle(deactivateAccount, async ({ body = {} }, { user }) => {
      await proveIdentity(services, user, "deactivateAccount", body.auth);
      await services.leaveRooms({ userNid: user.userNid, userId: localUserId(user) });
      await accounts.deactivate(user.userNid);
      await sessions.removeDevices(user.userNid, () => false);
      return { id_server_unbind_result: "no-support" };
    }),
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
