import { limits } from "../../limits.ts";

/** What one answer of a sync holds at most; the rest comes with the next ones. */
export interface SyncBound {
  /** Bytes of rooms; the room with which they are passed is the last one. */
  readonly bytes: number;
  readonly rooms: number;
  /** Users whose keys have changed. */
  readonly users: number;
}

/** The bound of every server. */
export const defaultSyncBound: SyncBound = {
  bytes: limits.syncBytes.value,
  rooms: limits.syncRooms.value,
  users: limits.syncChangedUsers.value,
};

/** The section of `rooms` that a room is in. */
export type SectionName = "join" | "invite" | "knock" | "leave";

/** The rooms of one answer, by section, as JSON members. */
export class RoomSections {
  readonly #bound: SyncBound;
  readonly #texts: Record<SectionName, string> = { join: "", invite: "", knock: "", leave: "" };
  #bytes = 0;
  #rooms = 0;

  constructor(bound: SyncBound) {
    this.#bound = bound;
  }

  /** Whether nothing more goes into the answer. */
  get isFull(): boolean {
    return this.#bytes >= this.#bound.bytes || this.#rooms >= this.#bound.rooms;
  }

  /** Adds a room, as JSON. */
  add(section: SectionName, roomId: string, json: string): void {
    const text = `${JSON.stringify(roomId)}:${json}`;
    const before = this.#texts[section];
    this.#texts[section] = before === "" ? text : `${before},${text}`;
    this.#bytes += Buffer.byteLength(text);
    this.#rooms++;
  }

  /** The member of the answer; `undefined` without any room. */
  toJson(): string | undefined {
    if (this.#rooms === 0) return undefined;
    let members = "";
    for (const [name, text] of Object.entries(this.#texts)) if (text !== "") members += `${members === "" ? "" : ","}"${name}":{${text}}`;
    return `"rooms":{${members}}`;
  }
}
