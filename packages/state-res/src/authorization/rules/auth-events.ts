import { StateResError } from "../../errors.ts";
import type { AuthCheck } from "../auth-check.ts";
import type { AuthEvent } from "../auth-event.ts";
import type { AuthRule } from "../auth-rule.ts";
import { createIdOf } from "../create-id.ts";
import { selectAuthEvents } from "../select-auth-events.ts";

/** @internal The room ID must name an accepted `m.room.create`. */
export const roomIdRule: AuthRule = {
  id: "room_id_is_not_create_event",
  effect: "reject",
  in: (rules) => rules.authorization.roomCreateEventIdAsRoomId,
  when: ({ event, fetchEvent }) => {
    const create = event.room_id?.startsWith("!") === true ? fetchEvent(createIdOf(event.room_id)) : undefined;
    return create?.type !== "m.room.create" || create.rejected === true;
  },
  reason: "room_id is not the ID of an accepted m.room.create",
};

/** @internal Rules for the `auth_events` of an event. */
export const authEventsRules: AuthRule = {
  id: "auth_events",
  effect: "group",
  children: [
    {
      id: "auth_events.duplicate_entries",
      effect: "reject",
      when: (check) => hasDuplicates(authEventsOf(check)),
      reason: "two auth_events have the same type and state key",
    },
    {
      id: "auth_events.unexpected_entries",
      effect: "reject",
      when: (check) => hasUnexpected(check),
      reason: "auth_events has an event that auth events selection does not ask for",
    },
    {
      id: "auth_events.rejected_entries",
      effect: "reject",
      when: (check) => authEventsOf(check).some((entry) => entry.rejected === true),
      reason: "auth_events has a rejected event",
    },
    {
      id: "auth_events.no_create_entry",
      effect: "reject",
      in: (rules) => rules.eventFormat.allowRoomCreateInAuthEvents,
      when: (check) => !authEventsOf(check).some((entry) => entry.type === "m.room.create" && entry.state_key === ""),
      reason: "auth_events has no m.room.create",
    },
    {
      id: "auth_events.entry_of_other_room",
      effect: "reject",
      when: (check) => authEventsOf(check).some((entry) => entry.room_id !== check.event.room_id),
      reason: "auth_events has an event of another room",
    },
  ],
};

function authEventsOf({ event, fetchEvent }: AuthCheck): AuthEvent[] {
  const missing: string[] = [];
  const found: AuthEvent[] = [];
  for (const id of event.auth_events) {
    const entry = fetchEvent(id);
    if (entry === undefined) missing.push(id);
    else found.push(entry);
  }
  if (missing.length > 0) throw new StateResError("EVENT_NOT_FOUND", `auth_events of ${event.event_id} are not at hand`, missing);
  return found;
}

function hasDuplicates(entries: readonly AuthEvent[]): boolean {
  return entries.some((entry, index) =>
    entries.slice(0, index).some((earlier) => earlier.type === entry.type && earlier.state_key === entry.state_key),
  );
}

function hasUnexpected(check: AuthCheck): boolean {
  const expected = selectAuthEvents(check.event, check.rules);
  return authEventsOf(check).some((entry) => !expected.some(([type, stateKey]) => type === entry.type && stateKey === entry.state_key));
}
