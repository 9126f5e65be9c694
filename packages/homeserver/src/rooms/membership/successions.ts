import { isJsonObject } from "@patrix/api";
import { isLocalUser } from "../../log/core.ts";
import { limits } from "../../limits.ts";
import { turnIfDue } from "../../turns.ts";
import { stateEvent } from "../read/state-event.ts";
import { joinedUsers, type LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** A member of a room who came into the one that replaces it. */
export interface Succession {
  readonly userNid: number;
  readonly from: LoadedRoom;
  readonly to: LoadedRoom;
}

/** Hears of members who follow their room. */
export type SuccessionListener = (succession: Succession) => Promise<void>;

/** Watches members who come from a room into the one that replaces it, so that what they have set for it comes along. */
export class Successions {
  readonly #rooms: Rooms;
  readonly #listeners = new Set<SuccessionListener>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
    rooms.onMembership((room, userNid, { membership, before }) => {
      // Whoever was in before has settings of their own there.
      const isNew = membership === "join" && before?.membership !== "join" && before?.leftPos === undefined;
      // A join does not wait for it. Listeners tell their failures; whoever follows while nothing can be read leaves the settings behind.
      if (isNew && this.#listeners.size > 0) this.note(room, userNid).catch(() => {});
    });
    // Whoever replaces a room by hand is in the new one before the old one says so.
    rooms.onState((room, event) => {
      const { type, stateKey } = event.fields;
      const next = type === "m.room.tombstone" && stateKey === "" ? event.content["replacement_room"] : undefined;
      if (typeof next === "string" && this.#listeners.size > 0) this.#noteMembers(room, next).catch(() => {});
    });
  }

  /** Calls back for each member who follows. */
  onSuccession(listener: SuccessionListener): void {
    this.#listeners.add(listener);
  }

  /** Looks whether a member of a room follows from another one. Users of other servers have no settings here. */
  async note(to: LoadedRoom, userNid: number): Promise<void> {
    const { core } = this.#rooms;
    if (!isLocalUser(core, await core.users.text(userNid))) return;
    const from = await replacedBy(this.#rooms, to);
    if (from) await this.#tell({ userNid, from, to });
  }

  /** Looks who is in the room already by which another one says that it is replaced. */
  async #noteMembers(from: LoadedRoom, nextId: string): Promise<void> {
    const { core } = this.#rooms;
    const known = this.#rooms.find(nextId);
    const to = known && (await this.#rooms.load(known));
    if (!to || (await replacedBy(this.#rooms, to))?.nid !== from.nid) return;
    const members = [...joinedUsers(to.view)];
    await core.users.load(members);
    const here = members.filter((nid) => isLocalUser(core, core.users.peekText(nid))).slice(0, limits.succeedingMembers.value);
    for (const userNid of here) {
      const turn = turnIfDue();
      if (turn) await turn;
      await this.#tell({ userNid, from, to });
    }
  }

  async #tell(succession: Succession): Promise<void> {
    if (!succession.from.view.members.has(succession.userNid)) return;
    for (const listener of this.#listeners) await listener(succession);
  }
}

/** The room that a room replaces, if both say so: anybody can call any room their predecessor. */
export async function replacedBy(rooms: Rooms, room: LoadedRoom): Promise<LoadedRoom | undefined> {
  const predecessor = (await stateEvent(rooms, room, "m.room.create"))?.content["predecessor"];
  const roomId = isJsonObject(predecessor) ? predecessor["room_id"] : undefined;
  const known = typeof roomId === "string" ? rooms.find(roomId) : undefined;
  const old = known && (await rooms.load(known));
  const tombstone = old && (await stateEvent(rooms, old, "m.room.tombstone"));
  return tombstone?.content["replacement_room"] === room.id ? old : undefined;
}
