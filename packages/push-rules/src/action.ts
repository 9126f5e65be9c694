import { isJsonObject, type JsonObject, jsonObject, type Model, model } from "@patrix/api";
import * as z from "zod/mini";

/** Sets an entry of the `tweaks` that are sent to the push gateway. */
export interface SetTweakAction {
  /** The tweak's name: `sound`, `highlight`, or one that clients and gateways agree on. */
  set_tweak: "sound" | "highlight" | (string & {});
  /** Its value; a `highlight` without one is `true`. */
  value?: unknown;
}

/**
 * What to do for an event that a rule matches; unknown actions are kept and do nothing.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#actions}
 */
export type Action = "notify" | SetTweakAction | (string & {}) | JsonObject;

/** The model of {@link Action}. */
export const Action: Model<Action> = /* @__PURE__ */ model(() => z.union([z.string(), jsonObject()]));

/** Actions of old versions of the specification, which must be ignored. */
const historicalActions: ReadonlySet<unknown> = new Set(["dont_notify", "coalesce"]);

/** What the actions of a rule come to. */
export interface ActionSummary {
  /** The rule's actions without the historical `dont_notify` and `coalesce`. */
  readonly actions: readonly Action[];
  /** Whether the event generates a notification. */
  readonly notify: boolean;
  /** Whether the event is highlighted. */
  readonly highlight: boolean;
  /** The sound to play, if any; `default` is the device's own. */
  readonly sound: string | undefined;
  /** Every tweak by name, as the push gateway gets them. */
  readonly tweaks: Readonly<Record<string, unknown>>;
}

/** Sums up a list of actions. Of two tweaks with one name the last counts. */
export function summarizeActions(actions: readonly Action[]): ActionSummary {
  const kept = actions.filter((action) => !historicalActions.has(action));
  const tweaks = new Map<string, unknown>();
  for (const action of kept) {
    if (!isJsonObject(action) || typeof action["set_tweak"] !== "string") continue;
    const name = action["set_tweak"];
    tweaks.set(name, action["value"] === undefined && name === "highlight" ? true : action["value"]);
  }
  const sound = tweaks.get("sound");
  return {
    actions: kept,
    notify: kept.includes("notify"),
    highlight: tweaks.get("highlight") === true,
    sound: typeof sound === "string" ? sound : undefined,
    tweaks: Object.fromEntries(tweaks),
  };
}
