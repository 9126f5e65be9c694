import { defaultRoomVersionRules, getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import type { Position } from "../log/position.ts";
import type { UserSet } from "../log/wake-ups.ts";
import { RoomError } from "./errors.ts";
import { RoomState } from "./state/room-state.ts";
import { historyEnd, type Place, timelineStart } from "./timeline/place.ts";

/** A user's membership of a room, and the event that says so. */
export interface Membership {
  readonly membership: string;
  readonly eventNid: number;
  /** Where in the log it became so. Where forks of the room are resolved, the event can be an older one. */
  readonly pos: Position;
  /** Where in the log the user last stopped being joined; `undefined` for one who never was, or still is for the first time. */
  readonly leftPos: Position | undefined;
}

/** A membership as it comes about, from which the rest of {@link Membership} follows. */
export type MembershipChange = Omit<Membership, "leftPos">;

/** A state of a room and the state group that stores it. */
export interface GroupedState {
  readonly stateNid: number;
  readonly state: RoomState;
}

/** An event that nothing follows yet, with the state after it on its own branch. */
export interface Tip extends GroupedState {
  readonly nid: number;
  readonly eventId: string;
}

/** Where the graph of a room has got to, including events that wait for their commit. Only the write path reads it. */
export interface RoomHead extends GroupedState {
  readonly tips: readonly Tip[];
  readonly depth: number;
  /** Place of the newest event. */
  readonly end: Place;
  /** The span of time in which that was sent; left out where it is not known. */
  readonly span?: number;
}

/** What of a room is committed and may be shown. */
export interface RoomView {
  /** Place of the newest event. */
  end: Place;
  /** The state group after the newest event, the forks resolved. */
  stateNid: number;
  state: RoomState;
  /** Every event after this place follows straight from the one before. */
  straightSince: Place;
  /** Present memberships by user number. */
  readonly members: Map<number, Membership>;
  joinedCount: number;
  invitedCount: number;
  /** The last changes of memberships, oldest first. */
  readonly recentChanges: RememberedChange[];
  /** Whether there were changes before those. */
  hasForgottenChanges: boolean;
}

/** A change of a membership that can be taken back, for whoever looks at the room as it was before. */
export interface RememberedChange {
  readonly pos: Position;
  readonly userNid: number;
  readonly before: Membership | undefined;
}

/** A room: what never changes, and once it is loaded, its graph and its visible state. */
export interface Room {
  readonly nid: number;
  readonly id: string;
  readonly version: string;
  readonly rules: RoomVersionRules;
  readonly shard: number;
  readonly creatorNid: number;
  /** Place of the newest committed event, known without loading the room. */
  end: Place;
}

/** A room by its number, whether or not it is loaded. */
export type RoomHandle = Pick<Room, "nid">;

/** A room whose graph and members are in memory. */
export interface LoadedRoom extends Omit<Room, "end" | "id"> {
  /** Empty only until the create event of a new room is built, which names it. */
  id: string;
  /** Replaced as a whole, so that whoever had to wait can tell that it has moved. */
  head: RoomHead;
  /** Pending while a received event is about to move the head; whoever sends waits for it. */
  settling: Promise<void> | undefined;
  readonly view: RoomView;
}

/** The rules by which a stored room is read: those of the default version where this release does not know its own. */
export function readingRules(version: string | undefined): RoomVersionRules {
  return getRoomVersionRules(version ?? "") ?? defaultRoomVersionRules;
}

/** Checks that events can be added to a room. @throws {RoomError} `UNSUPPORTED_ROOM_VERSION` for one that can only be read. */
export function requireWritable({ version }: Pick<Room, "version">): void {
  if (getRoomVersionRules(version)) return;
  throw new RoomError("UNSUPPORTED_ROOM_VERSION", `the room has version ${version}, which this release does not know: it can only be read`);
}

/** A room before its first event. */
export function newRoom(
  { nid, shard }: Pick<Room, "nid" | "shard">,
  known: Pick<LoadedRoom, "id" | "version" | "rules" | "creatorNid">,
): LoadedRoom {
  const noMembers = { members: new Map(), joinedCount: 0, invitedCount: 0, recentChanges: [], hasForgottenChanges: false };
  const noState = { stateNid: 0, state: RoomState.empty };
  return {
    nid,
    shard,
    ...known,
    head: { tips: [], depth: 0, end: historyEnd, ...noState },
    settling: undefined,
    view: { end: historyEnd, straightSince: timelineStart, ...noState, ...noMembers },
  };
}

/** What a membership becomes by a change. */
export function changedMembership(before: Membership | undefined, change: MembershipChange): Membership {
  const hasLeft = before?.membership === "join" && change.membership !== "join";
  return { ...change, leftPos: hasLeft ? change.pos : before?.leftPos };
}

/** The most changes of memberships that a room remembers. */
const REMEMBERED_CHANGES = 64;

/** Notes a change of a membership that is about to be applied. */
export function rememberChange(view: RoomView, change: RememberedChange): void {
  view.recentChanges.push(change);
  if (view.recentChanges.length <= REMEMBERED_CHANGES) return;
  view.recentChanges.shift();
  view.hasForgottenChanges = true;
}

/** Puts a membership among the members, keeping the counts. */
export function applyMembership(
  view: Pick<RoomView, "members" | "joinedCount" | "invitedCount">,
  userNid: number,
  membership: Membership,
): void {
  const before = view.members.get(userNid)?.membership;
  view.members.set(userNid, membership);
  view.joinedCount += Number(membership.membership === "join") - Number(before === "join");
  view.invitedCount += Number(membership.membership === "invite") - Number(before === "invite");
}

/** The users who are joined, as they are whenever it is looked at. */
export function joinedUsers({ members, joinedCount }: Pick<RoomView, "members" | "joinedCount">): UserSet {
  return {
    size: joinedCount,
    has: (userNid) => members.get(userNid)?.membership === "join",
    *[Symbol.iterator]() {
      for (const [userNid, { membership }] of members) if (membership === "join") yield userNid;
    },
  };
}
