import type { Ready } from "../../ready.ts";
import { joinedUsers, type LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";

const nobody: ReadonlySet<number> = new Set();

/** Whose device lists a client must look at again, and whose it may forget. */
export interface ChangedDeviceLists {
  readonly changed: readonly string[];
  readonly left: readonly string[];
}

/**
 * Collects whose device lists a client must look at again: those who changed, and those who came to share a room; and
 * whose it may forget, since no room is shared any more.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#tracking-the-device-list-for-a-user}
 */
export class DeviceListChanges {
  readonly #rooms: Rooms;
  readonly #userNid: number;
  // Most answers tell of nobody.
  #changed: Set<number> | undefined;
  #came: Set<number> | undefined;
  #maybeLeft: Set<number> | undefined;

  constructor(rooms: Rooms, userNid: number) {
    this.#rooms = rooms;
    this.#userNid = userNid;
  }

  /** Who came to share a room, as far as it was added; the user may be among them. */
  get newcomers(): ReadonlySet<number> {
    return this.#came ?? nobody;
  }

  /** Users with new devices or keys. */
  addChanged(userNids: Iterable<number>): void {
    for (const nid of userNids) (this.#changed ??= new Set()).add(nid);
  }

  /** A room that the user has just joined: everyone in it. */
  addRoom(room: LoadedRoom): void {
    for (const nid of joinedUsers(room.view)) (this.#came ??= new Set()).add(nid);
  }

  /** A room that the user has just left: everyone in it may no longer be shared with. */
  async addLeftRoom(room: LoadedRoom): Promise<void> {
    for (const nid of joinedUsers(room.view)) (this.#maybeLeft ??= new Set()).add(nid);
  }

  /** Members who came to or went from a room that the user is in. */
  addMembers(events: readonly StoredEvent[]): Promise<void> | undefined {
    return events.length === 0 ? undefined : this.#addMembers(events);
  }

  async #addMembers(events: readonly StoredEvent[]): Promise<void> {
    const { users } = this.#rooms.core;
    for (const event of events) {
      const nid = users.peek(event.fields.stateKey ?? "");
      if (nid === undefined || nid === this.#userNid) continue;
      if (event.content["membership"] !== "join") (this.#maybeLeft ??= new Set()).add(nid);
      // Who was in before has only another name.
      else if (!(await this.#wasJoined(event))) (this.#came ??= new Set()).add(nid);
    }
  }

  async #wasJoined({ fields }: StoredEvent): Promise<boolean> {
    const before = fields.replacesNid === null ? undefined : await this.#rooms.events.get(fields.replacesNid);
    return before?.content["membership"] === "join";
  }

  /** Whose device lists changed and whose may be forgotten, as user IDs; `undefined` if there is nothing to tell. */
  read(): Ready<ChangedDeviceLists | undefined> {
    return this.#changed || this.#came || this.#maybeLeft ? this.#read() : undefined;
  }

  async #read(): Promise<ChangedDeviceLists | undefined> {
    const maybeLeft = [...(this.#maybeLeft ?? nobody)].filter((nid) => nid !== this.#userNid);
    const sharing = maybeLeft.length === 0 ? undefined : await this.#rooms.sharing(this.#userNid, maybeLeft);
    const left = maybeLeft.filter((nid) => !sharing?.has(nid));
    const gone = new Set(left);
    const changed = [...new Set([...(this.#changed ?? nobody), ...(this.#came ?? nobody)])].filter((nid) => !gone.has(nid));
    if (changed.length === 0 && left.length === 0) return undefined;
    const { users } = this.#rooms.core;
    await users.load([...changed, ...left]);
    return { changed: changed.map((nid) => users.peekText(nid)), left: left.map((nid) => users.peekText(nid)) };
  }
}
