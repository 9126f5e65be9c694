import { isCovered, lastCovered, type PositionVector } from "../../log/position.ts";
import type { Room } from "../room.ts";
import type { Rooms, UserMembership } from "../rooms.ts";
import { placeAtCut } from "../timeline/place.ts";
import { membersAt } from "./members-at.ts";
import type { PlacedStates } from "./state-at.ts";
import { eventIn, membershipIn } from "./state-event.ts";

/** A user, by number and by ID. */
export interface NamedUser {
  readonly userNid: number;
  readonly userId: string;
}

/** The rooms of a user with the membership in each. */
export type MembershipList = readonly (readonly [roomNid: number, membership: UserMembership])[];

/** The memberships of a user as they were at a cut through the log: what has changed since is taken back. */
export async function membershipsAt(rooms: Rooms, states: PlacedStates, user: NamedUser, cut: PositionVector): Promise<MembershipList> {
  const found: (readonly [number, UserMembership])[] = [];
  for (const [roomNid, membership] of await rooms.ofUser(user.userNid)) {
    const room = rooms.byNid(roomNid);
    const then = isCovered(cut, membership.pos) || !room ? membership : await membershipBefore(rooms, states, { room, user, cut });
    if (then) found.push([roomNid, then]);
  }
  return found;
}

interface Before {
  readonly room: Room;
  readonly user: NamedUser;
  readonly cut: PositionVector;
}

async function membershipBefore(rooms: Rooms, states: PlacedStates, { room, user, cut }: Before): Promise<UserMembership | undefined> {
  const loaded = await rooms.load(room);
  const place = placeAtCut(cut, room.shard);
  const remembered = membersAt(loaded, place);
  if (remembered) {
    const membership = remembered.members.get(user.userNid);
    return membership && { ...membership, forgotten: false };
  }
  const event = await eventIn(rooms, await states.stateAt(loaded, place), "m.room.member", user.userId);
  const membership = event?.content["membership"];
  if (!event || typeof membership !== "string") return undefined;
  // Where it is not known since when a user is in, it is as recent as can be: then the state tells what came before.
  const pos = membership === "join" ? lastCovered(cut, room.shard) : event.nid;
  const wasJoined = membership !== "join" && (await membershipIn(rooms, await states.stateBefore(loaded, event), user.userId)) === "join";
  return { membership, eventNid: event.nid, pos, leftPos: wasJoined ? pos : undefined, forgotten: false };
}
