import { isCovered } from "../../log/position.ts";
import type { InviterTest } from "../../rooms/membership/unwanted-invites.ts";
import type { MembershipList } from "../../rooms/read/memberships-at.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms, UserMembership } from "../../rooms/rooms.ts";
import type { SyncCut } from "../sync-token.ts";
import type { ToldRoom } from "./connection-state.ts";

/** A room that a list may have. */
export interface Candidate {
  readonly room: Room;
  readonly membership: UserMembership;
  /** Where in the log the room was last active, as far as that concerns the user. */
  readonly activity: number;
}

/** From whom a user hears of rooms. */
export interface ListViewer {
  readonly userId: string;
  readonly isUnwanted: InviterTest;
  /** What the client was told. */
  readonly told: ReadonlyMap<number, ToldRoom>;
  /** Up to where, but for rooms that say otherwise. */
  readonly since: SyncCut | undefined;
}

/** How many events are loaded at once. */
const LOADED_AT_ONCE = 200;

/** Lists the rooms of users, the most recently active first. */
export class RoomList {
  readonly #rooms: Rooms;
  /** Who set memberships, as far as that was asked. */
  readonly #senders = new WeakMap<UserMembership, string>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /**
   * The rooms that lists of a user may have: those that the user is in, is invited to or has knocked on, was kicked or banned from after
   * having been in, or has left since the client was told. Call {@link RoomList.prepare} first.
   */
  candidates(memberships: MembershipList, viewer: ListViewer): Candidate[] {
    const found: Candidate[] = [];
    for (const [roomNid, membership] of memberships) {
      const room = this.#rooms.byNid(roomNid);
      if (!room || !this.#isListed(roomNid, membership, viewer)) continue;
      found.push({ room, membership, activity: membership.membership === "join" ? room.end : membership.pos });
    }
    return found.sort((a, b) => b.activity - a.activity || a.room.nid - b.room.nid);
  }

  /** Whether an invite comes from someone from whom the user wants none. Call {@link RoomList.prepare} first. */
  isUnwanted(membership: UserMembership, { isUnwanted }: ListViewer): boolean {
    return membership.membership === "invite" && isUnwanted?.(this.#senders.get(membership) ?? "") === true;
  }

  #isListed(roomNid: number, membership: UserMembership, viewer: ListViewer): boolean {
    if (isPresent(membership)) return !this.isUnwanted(membership, viewer);
    if (isNews(membership, viewer.told.get(roomNid), viewer.since)) return true;
    return membership.leftPos !== undefined && !membership.forgotten && !this.#isByChoice(membership, viewer);
  }

  #isByChoice(membership: UserMembership, { userId }: ListViewer): boolean {
    return membership.membership !== "ban" && this.#senders.get(membership) === userId;
  }

  /** Reads who set those memberships of which it matters. */
  async prepare(memberships: MembershipList, { isUnwanted }: ListViewer): Promise<void> {
    const missing: UserMembership[] = [];
    for (const [, membership] of memberships) {
      const { membership: kind, leftPos } = membership;
      const matters = kind === "invite" ? isUnwanted !== undefined : kind === "leave" && leftPos !== undefined;
      if (matters && !this.#senders.has(membership)) missing.push(membership);
    }
    for (let start = 0; start < missing.length; start += LOADED_AT_ONCE) {
      const slice = missing.slice(start, start + LOADED_AT_ONCE);
      const events = await this.#rooms.events.load(slice.map(({ eventNid }) => eventNid));
      for (const membership of slice) this.#senders.set(membership, events.get(membership.eventNid)?.fields.sender ?? "");
    }
  }
}

/** Whether a membership is one of a room that is there for the user now. */
export function isPresent({ membership }: UserMembership): boolean {
  return membership === "join" || membership === "invite" || membership === "knock";
}

/** Whether a client that was told of a room has not heard of a membership in it. */
export function isNews(membership: UserMembership, told: ToldRoom | undefined, since: SyncCut | undefined): boolean {
  const upTo = told && (told.upTo ?? since);
  return upTo !== undefined && !isCovered(upTo.positions, membership.pos);
}
