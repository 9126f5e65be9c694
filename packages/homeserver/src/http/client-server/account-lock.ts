import { matrixError } from "@patrix/api";
import { getAdminLockUser, setAdminLockUser } from "@patrix/client-api";
import { parseUserId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import type { Accounts } from "../../accounts/accounts.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** What locking works with. */
export interface LockServices {
  readonly accounts: Accounts;
  readonly serverName: string;
  readonly isAdmin: (user: Requester) => boolean;
}

/**
 * The handlers with which administrators lock accounts.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-administration}
 */
export function accountLockHandlers({ accounts, serverName, isAdmin }: LockServices): Registration[] {
  /** The number of the account that a request is about. @throws {MatrixError} `M_FORBIDDEN`, `M_INVALID_PARAM` or `M_NOT_FOUND`. */
  const find = async (user: Requester, userId: string): Promise<{ readonly userNid: number; readonly isLocked: boolean }> => {
    if (!isAdmin(user)) throw matrixError("M_FORBIDDEN", "only administrators of the server may do that");
    if (parseUserId(userId).serverName !== serverName)
      throw matrixError("M_INVALID_PARAM", "path variable userId: it is no user of this server");
    const account = await accounts.find(userId);
    if (!account || account.deactivated === 1) throw matrixError("M_NOT_FOUND", "there is no such account");
    return { userNid: account.user_nid, isLocked: account.locked_ts !== null };
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
  ];
}
