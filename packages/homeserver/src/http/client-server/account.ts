import { changePassword, deactivateAccount, getAccount3PIDs, getTokenOwner, requestOpenIdToken, type UserPath } from "@patrix/client-api";
import { type AuthenticationData, matrixError } from "@patrix/api";
import { handle } from "@patrix/server";
import type { ProvenAccount } from "../../accounts/local-user.ts";
import { issueOpenIdToken, OPENID_TOKEN_LIFETIME_MS } from "../../accounts/openid-tokens.ts";
import type { Registration } from "../registration.ts";
import type { Requester } from "../access/requester.ts";
import type { AccountServices } from "./account-services.ts";

/** Asks the requester to prove who they are, and says which account they have proven to be theirs. @throws {UiaChallenge} Until they have. */
export async function proveIdentity(
  { accounts, uia }: AccountServices,
  user: Requester,
  what: string,
  auth: AuthenticationData | undefined,
): Promise<ProvenAccount> {
  const { account, flows, stages } = await accounts.proof({ userNid: user.userNid, userId: localUserId(user) });
  await uia.require({ operation: `${what} ${user.userId}`, auth, flows, stages });
  return account;
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
  const { core, accounts } = services;
  return [
    handle(getTokenOwner, (_, { user }) => ({ user_id: localUserId(user), device_id: user.deviceId, is_guest: user.isGuest })),
    handle(changePassword, async ({ body }, { user }) => {
      const account = await proveIdentity(services, user, "changePassword", body.auth);
      const keepAll = body.logout_devices === false;
      await accounts.setPassword(account, body.new_password, (device) => keepAll || device.device_nid === user.deviceNid);
      return {};
    }),
    handle(deactivateAccount, async ({ body = {} }, { user }) => {
      const account = await proveIdentity(services, user, "deactivateAccount", body.auth);
      await accounts.deactivate(account);
      await services.leaveRooms(account);
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
