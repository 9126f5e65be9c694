import type { PushCondition } from "../push-condition.ts";
import type { PushRulesExtension } from "../compile-ruleset.ts";
import { getProperty } from "../property-path.ts";
import type { PushRule, Ruleset } from "../ruleset.ts";

/** A ruleset with the rules of MSC4306 that are checked after the content rules. */
export interface ThreadSubscriptionRuleset extends Ruleset {
  postcontent?: PushRule[] | undefined;
}

const conditionKind = "io.element.msc4306.thread_subscription";

/** The server-default rules of MSC4306: threads that are not followed are silent, followed ones notify. */
export function threadSubscriptionRules(): PushRule[] {
  const condition = (subscribed: boolean): PushCondition => Object.assign({ kind: conditionKind }, { subscribed });
  return [
    {
      rule_id: ".io.element.msc4306.rule.unsubscribed_thread",
      default: true,
      enabled: true,
      conditions: [condition(false)],
      actions: [],
    },
    {
      rule_id: ".io.element.msc4306.rule.subscribed_thread",
      default: true,
      enabled: true,
      conditions: [condition(true)],
      actions: ["notify", { set_tweak: "sound", value: "default" }],
    },
  ];
}

/**
 * Makes a compiled ruleset understand MSC4306: rules of the kind `postcontent`, and the condition on thread subscriptions.
 *
 * @param isSubscribed - Tells whether the owner of the rules follows the thread with a root event ID.
 */
export function threadSubscriptions(isSubscribed: (threadRootId: string) => boolean): PushRulesExtension {
  return {
    ruleKind: { name: "postcontent", after: "content" },
    conditionKinds: {
      [conditionKind]: {
        holds(condition, event) {
          const subscribed = getProperty(condition, ["subscribed"]);
          const relation = getProperty(event, ["content", "m.relates_to"]);
          const root = getProperty(relation, ["event_id"]);
          if (getProperty(relation, ["rel_type"]) !== "m.thread" || typeof root !== "string") return false;
          return typeof subscribed === "boolean" && isSubscribed(root) === subscribed;
        },
      },
    },
  };
}
