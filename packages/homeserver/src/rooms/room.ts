import type { RoomVersionRules } from "@patrix/room-versions";
import type { RoomState } from "./state/room-state.ts";

/** A user's membership of a room, and the event that says so. */
export interface Membership {
  readonly membership: string;
  readonly eventNid: number;
}

/** An event that nothing follows yet. */
export interface Tip {
  readonly nid: number;
  readonly eventId: string;
}

/** Where the graph of a room has got to, including events that wait for their commit. Only the room engine reads it. */
export interface RoomHead {
  tips: readonly Tip[];
  depth: number;
  stateNid: number;
  state: RoomState;
}

/** What of a room is committed and may be shown. */
export interface RoomView {
  /** Position of the newest event. */
  lastPos: number;
  /** The state group after the newest event. */
  stateNid: number;
  state: RoomState;
  /** Present memberships by user number. */
  readonly members: Map<number, Membership>;
  joinedCount: number;
  invitedCount: number;
}

/** A room: what never changes, and once it is loaded, its graph and its visible state. */
export interface Room {
  readonly nid: number;
  readonly id: string;
  readonly version: string;
  readonly rules: RoomVersionRules;
  readonly shard: number;
  readonly creatorNid: number;
  /** Position of the newest committed event, known without loading the room. */
  lastPos: number;
}

/** A room by its number, whether or not it is loaded. */
export type RoomHandle = Pick<Room, "nid">;

/** A room whose graph and members are in memory. */
export interface LoadedRoom extends Omit<Room, "lastPos" | "id"> {
  /** Empty only until the create event of a new room is built, which names it. */
  id: string;
  readonly head: RoomHead;
  readonly view: RoomView;
}

/** Puts a membership into the view, keeping the counts. */
export function applyMembership(view: RoomView, userNid: number, membership: Membership): void {
  const before = view.members.get(userNid)?.membership;
  view.members.set(userNid, membership);
  view.joinedCount += Number(membership.membership === "join") - Number(before === "join");
  view.invitedCount += Number(membership.membership === "invite") - Number(before === "invite");
}

/** The users who are joined. */
export function* joinedUsers(view: RoomView): Generator<number> {
  for (const [userNid, { membership }] of view.members) if (membership === "join") yield userNid;
}
