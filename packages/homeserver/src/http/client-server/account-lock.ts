import { matrixError } from "@patrix/api";
import { getAdminLockUser, getAdminSuspendUser, setAdminLockUser, setAdminSuspendUser } from "@patrix/client-api";
import { parseUserId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import type { Accounts } from "../../accounts/accounts.ts";
import { requireAdmin, type Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** What locking works with. */
export interface LockServices {
  readonly accounts: Accounts;
  readonly serverName: string;
  readonly isAdmin: (user: Requester) => boolean;
}

interface AccountStanding {
  readonly userNid: number;
  readonly isLocked: boolean;
  readonly isSuspended: boolean;
}

/**
 * The handlers with which administrators lock and suspend accounts.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-administration}
 */
export function accountLockHandlers({ accounts, serverName, isAdmin }: LockServices): Registration[] {
  /** The number of the account that a request is about. @throws {MatrixError} `M_FORBIDDEN`, `M_INVALID_PARAM` or `M_NOT_FOUND`. */
  const find = async (user: Requester, userId: string): Promise<AccountStanding> => {
    requireAdmin(user, isAdmin);
    if (parseUserId(userId).serverName !== serverName)
      throw matrixError("M_INVALID_PARAM", "path variable userId: it is no user of this server");
    const account = await accounts.find(userId);
    if (!account || account.deactivated === 1) throw matrixError("M_NOT_FOUND", "there is no such account");
    return { userNid: account.user_nid, isLocked: account.locked_ts !== null, isSuspended: account.suspended_ts !== null };
  };
  return [
    handle(getAdminLockUser, async ({ path }, { user }) => ({ locked: (await find(user, path.userId)).isLocked })),
    handle(setAdminLockUser, async ({ path, body }, { user }) => {
      const { userNid } = await find(user, path.userId);
      // Whoever locks themselves out cannot take it back.
      if (userNid === user.userNid) throw matrixError("M_FORBIDDEN", "path variable userId: it is your own account");
      await accounts.setLocked(userNid, body.locked);
      return { locked: body.locked };
    }),
    handle(getAdminSuspendUser, async ({ path }, { user }) => ({ suspended: (await find(user, path.userId)).isSuspended })),
    handle(setAdminSuspendUser, async ({ path, body }, { user }) => {
      const { userNid } = await find(user, path.userId);
      if (userNid === user.userNid) throw matrixError("M_FORBIDDEN", "path variable userId: it is your own account");
      await accounts.setSuspended(userNid, body.suspended);
      return { suspended: body.suspended };
    }),
  ];
}
