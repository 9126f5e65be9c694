import { predefinedRules } from "@patrix/push-rules";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { insertOwnPushRules, storedPushRules } from "../store/statements/notifications.ts";
import { turnIfDue } from "../turns.ts";

/** How many users' rules are looked at in one go. */
const PAGE = 500;

/** Notes who has push rules of their own in data of a release that did not. */
export async function noteEarlierRules({ store, log }: Core): Promise<void> {
  let after = 0;
  for (;;) {
    const page = await store.all(storedPushRules, after, PAGE);
    const last = page.at(-1);
    if (!last) return;
    after = last.user_nid;
    const own = page.filter((row) => row.json !== JSON.stringify({ global: predefinedRules(row.user_id) }));
    const operations = own.flatMap(({ user_nid: nid }) => log.committed.map((_, shard) => operation(insertOwnPushRules, nid, shard, 0)));
    if (operations.length > 0) await log.append({ positions: [], operations });
    const turn = turnIfDue();
    if (turn) await turn;
  }
}
