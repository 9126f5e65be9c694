import type { Core } from "../log/core.ts";
import { accountOf } from "../store/statements/accounts.ts";

/** Whether a user has a guest account. */
export async function isGuest({ store }: Core, userNid: number): Promise<boolean> {
  return (await store.get(accountOf, userNid))?.guest === 1;
}
