import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthEvent } from "./auth-event.ts";
import { member, stringMember } from "./raw-content.ts";

/** Type and state key of a piece of room state. */
export type StateKeyPair = readonly [type: string, stateKey: string];

/** What auth events selection reads of an event. */
export type AuthEventsQuery = Pick<AuthEvent, "type" | "sender" | "state_key" | "content">;

const createKey: StateKeyPair = ["m.room.create", ""];
const powerLevelsKey: StateKeyPair = ["m.room.power_levels", ""];
const joinRulesKey: StateKeyPair = ["m.room.join_rules", ""];

/**
 * Lists the state whose events go into the `auth_events` of an event, as far as the room has them; each pair once.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection}
 */
export function selectAuthEvents(event: AuthEventsQuery, rules: RoomVersionRules): readonly StateKeyPair[] {
  if (event.type === "m.room.create") return [];
  const selected: StateKeyPair[] = [powerLevelsKey, ["m.room.member", event.sender]];
  if (rules.eventFormat.allowRoomCreateInAuthEvents) selected.unshift(createKey);
  if (event.type === "m.room.member") selectForMember(event, rules, selected);
  return selected;
}

/**
 * Adds `m.room.create` to the selected auth events of an event, where its room version leaves it out of them: together they are
 * everything that {@link checkStateDependentAuth} reads of a state.
 */
export function selectDecidingState(authEvents: readonly StateKeyPair[], rules: RoomVersionRules): readonly StateKeyPair[] {
  return rules.eventFormat.allowRoomCreateInAuthEvents ? authEvents : [createKey, ...authEvents];
}

function selectForMember({ sender, state_key: target, content }: AuthEventsQuery, rules: RoomVersionRules, selected: StateKeyPair[]): void {
  const membership = stringMember(content, "membership");
  if (target !== undefined && target !== sender) selected.push(["m.room.member", target]);
  const isKnock = membership === "knock" && rules.authorization.knocking;
  if (membership === "join" || membership === "invite" || isKnock) selected.push(joinRulesKey);
  if (membership === "invite") {
    const token = stringMember(member(member(content, "third_party_invite"), "signed"), "token");
    if (token !== undefined) selected.push(["m.room.third_party_invite", token]);
  }
  if (membership === "join" && rules.authorization.restrictedJoinRule) {
    const authorisingUser = stringMember(content, "join_authorised_via_users_server");
    if (authorisingUser !== undefined && authorisingUser !== sender && authorisingUser !== target) {
      selected.push(["m.room.member", authorisingUser]);
    }
  }
}
