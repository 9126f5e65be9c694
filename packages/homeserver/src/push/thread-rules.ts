import { threadSubscriptionRules, type ThreadSubscriptionRuleset } from "@patrix/push-rules/unstable";
import type { Core } from "../log/core.ts";
import type { PushRules } from "./push-rules.ts";

/**
 * Gives a user the rules by which threads that they follow notify, and others do not. They come with the first subscription: who uses
 * clients that know nothing of it would hear of no thread any more.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4306}
 */
export async function addThreadRules({ users }: Pick<Core, "users">, pushRules: PushRules, userNid: number): Promise<void> {
  const userId = await users.text(userNid);
  const hasRules = (ruleset: ThreadSubscriptionRuleset): boolean => ruleset.postcontent !== undefined;
  if (hasRules(await pushRules.read(userNid, userId))) return;
  await pushRules.change(userNid, userId, (ruleset) =>
    hasRules(ruleset) ? ruleset : Object.assign({}, ruleset, { postcontent: threadSubscriptionRules() }),
  );
}
