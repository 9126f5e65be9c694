import { applyMembership, changedMembership, type LoadedRoom, type Membership, type RoomView } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { RoomState } from "../state/room-state.ts";
import { type Place, placeAfter } from "../timeline/place.ts";
import { eventsOfType } from "./state-event.ts";

/** The members of a room at a place, and how many of them are in and invited. */
export type MembersAt = Pick<RoomView, "members" | "joinedCount" | "invitedCount">;

/** The members of a room at a place of its timeline: what has changed since is taken back. `undefined` where that is not remembered. */
export function membersAt({ view }: LoadedRoom, place: Place): MembersAt | undefined {
  if (view.end <= place) return view;
  const since = view.recentChanges.filter(({ pos }) => placeAfter(pos) > place);
  if (since.length === view.recentChanges.length && view.hasForgottenChanges) return undefined;
  return since.length === 0 ? view : takeBack(view, since);
}

function takeBack(view: RoomView, changes: RoomView["recentChanges"]): MembersAt {
  const at = { members: new Map<number, Membership>(view.members), joinedCount: view.joinedCount, invitedCount: view.invitedCount };
  for (const { userNid, before } of changes.toReversed()) {
    applyMembership(at, userNid, before ?? { membership: "", eventNid: 0, pos: 0, leftPos: undefined });
    if (!before) at.members.delete(userNid);
  }
  return at;
}

/** Reads the members from a state. */
export async function membersIn(rooms: Rooms, state: RoomState): Promise<MembersAt> {
  const at = { members: new Map<number, Membership>(), joinedCount: 0, invitedCount: 0 };
  for (const { nid, content, fields } of await eventsOfType(rooms, state, "m.room.member")) {
    const { membership } = content;
    const userNid = await rooms.core.users.find(fields.stateKey ?? "");
    if (userNid === undefined || typeof membership !== "string") continue;
    applyMembership(at, userNid, changedMembership(undefined, { membership, eventNid: nid, pos: nid }));
  }
  return at;
}
