import type { RoomVersionRules } from "@patrix/room-versions";
import { type AuthEvent, type AuthOutcome, checkStateDependentAuth, checkStateIndependentAuth } from "@patrix/state-res";
import { RoomError } from "../errors.ts";
import type { SelectedState } from "../state/selected-state.ts";

/** Rules about the form of `m.room.power_levels`: nobody may send what they reject, whatever their level. */
const rulesOfForm: ReadonlySet<string> = new Set([
  "power_levels.defaults_not_integers",
  "power_levels.events_or_notifications_not_integers",
  "power_levels.users_not_integers",
  "power_levels.users_not_integers_or_strings",
  "power_levels.users_lists_creator",
]);

/** Authorises an event that was built here. @throws {RoomError} `FORBIDDEN`, or `INVALID_EVENT` for its form, with the number of the rule. */
export function authorise(event: AuthEvent, rules: RoomVersionRules, selected: SelectedState): void {
  // The rest of what does not depend on the state holds by the way in which events are built.
  if (event.type === "m.room.create") require(checkStateIndependentAuth(event, rules, () => undefined));
  require(checkStateDependentAuth(event, rules, selected.fetch));
}

function require(outcome: AuthOutcome): void {
  if (outcome.outcome === "allowed") return;
  throw new RoomError(rulesOfForm.has(outcome.ruleId) ? "INVALID_EVENT" : "FORBIDDEN", outcome.reason, { rule: outcome.rule });
}
