import type { Core } from "../log/core.ts";
import { accountOf } from "../store/statements/accounts.ts";
import { AccountError } from "./errors.ts";

/** Why nothing may be sent for a user now; `undefined` where it may. Users without an account are nobody's here. */
export async function sendRefusal(core: Core, userNid: number): Promise<AccountError | undefined> {
  const account = await core.store.get(accountOf, userNid);
  if (account?.deactivated === 1) return new AccountError("DEACTIVATED", "the account was deactivated");
  if (account && account.suspended_ts !== null) return new AccountError("SUSPENDED", "an administrator has suspended the account");
  return account && account.locked_ts !== null ? new AccountError("LOCKED", "an administrator has locked the account") : undefined;
}
