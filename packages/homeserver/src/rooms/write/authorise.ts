import type { RoomVersionRules } from "@patrix/room-versions";
import { type AuthEvent, type AuthOutcome, checkStateDependentAuth, checkStateIndependentAuth } from "@patrix/state-res";
import { RoomError } from "../errors.ts";
import type { SelectedState } from "../state/selected-state.ts";

/** Authorises an event that was built here. @throws {RoomError} `FORBIDDEN` with the number of the rule. */
export function authorise(event: AuthEvent, rules: RoomVersionRules, selected: SelectedState): void {
  // The rest of what does not depend on the state holds by the way in which events are built.
  if (event.type === "m.room.create") require(checkStateIndependentAuth(event, rules, () => undefined));
  require(checkStateDependentAuth(event, rules, selected.fetch));
}

function require(outcome: AuthOutcome): void {
  if (outcome.outcome === "rejected") throw new RoomError("FORBIDDEN", outcome.reason, { rule: outcome.rule });
}
