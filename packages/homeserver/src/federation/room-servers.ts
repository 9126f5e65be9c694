import { LruCache } from "@patrix/concurrency";
import { serverOf } from "@patrix/signatures";
import type { LoadedRoom, RoomHandle } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { serversOfRoom } from "../store/statements/federation.ts";

/** The rooms whose servers are kept in memory. */
const CACHED_ROOMS = 2_000;

/** The users of a server in a room. */
interface Presence {
  /** How many are joined. */
  joined: number;
  /** Where in the log one was joined, and from there on there was always one who is. */
  sincePos: number;
  /** Where in the log the last of them stopped being joined. */
  leftPos: number;
}

interface CachedServers {
  readonly loading: Promise<Map<string, Presence>>;
  servers: Map<string, Presence> | undefined;
}

/** Which servers have users in rooms. Where members have not come yet, those count that were in the room when it was joined. */
export class RoomServers {
  readonly #rooms: Rooms;
  readonly #cache = new LruCache<number, CachedServers>(CACHED_ROOMS);

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
    rooms.emptied.add((roomNid) => this.#cache.delete(roomNid));
    rooms.onMembership((room, userNid, { membership, before, pos }) => {
      if ((membership === "join") !== (before?.membership === "join")) this.#note(room, userNid, { isJoined: membership === "join", pos });
    });
  }

  /** The servers with joined users, this one among them. */
  async joined(room: RoomHandle): Promise<string[]> {
    const known = [...(await this.#load(room))].filter(([, { joined }]) => joined > 0).map(([server]) => server);
    return this.#withUnknown(room, known);
  }

  /** The servers that had joined users right before a position of the log, or have some since. */
  async joinedAt(room: RoomHandle, pos: number): Promise<string[]> {
    const known = [...(await this.#load(room))].filter(([, { joined, leftPos }]) => joined > 0 || leftPos >= pos).map(([server]) => server);
    return this.#withUnknown(room, known);
  }

  /** Whether a server has a joined user in a room, and has had one at a position of the log and ever since; if not, it still may have had one. */
  async isJoinedSince(room: RoomHandle, server: string, pos: number): Promise<boolean> {
    if (this.#rooms.partial.wasIn(room.nid, server, pos)) return true;
    const known = (await this.#load(room)).get(server);
    return known !== undefined && known.joined > 0 && known.sincePos <= pos;
  }

  /** Whether a server has a joined user in a room. */
  async isJoined(room: RoomHandle, server: string): Promise<boolean> {
    if (((await this.#load(room)).get(server)?.joined ?? 0) > 0) return true;
    return this.#rooms.partial.serversOf(room.nid)?.has(server) ?? false;
  }

  /** Where in the log a user of this server was joined, and from there on there was always one who is; `undefined` where there is none. */
  async hereSince(room: RoomHandle): Promise<number | undefined> {
    const own = (await this.#load(room)).get(this.#rooms.core.serverName);
    return own && own.joined > 0 ? own.sincePos : undefined;
  }

  /** Whether this server has a joined user in a room. */
  isHere(room: RoomHandle): Promise<boolean> {
    return this.isJoined(room, this.#rooms.core.serverName);
  }

  #withUnknown({ nid }: RoomHandle, known: string[]): string[] {
    const more = this.#rooms.partial.serversOf(nid);
    return more ? [...new Set([...known, ...more])] : known;
  }

  #load(room: RoomHandle): Promise<Map<string, Presence>> {
    const known = this.#cache.get(room.nid);
    if (known) return known.loading;
    const entry: CachedServers = { loading: this.#read(room), servers: undefined };
    this.#cache.set(room.nid, entry);
    entry.loading.then(
      (servers) => (entry.servers = servers),
      () => this.#cache.delete(room.nid),
    );
    return entry.loading;
  }

  async #read({ nid }: RoomHandle): Promise<Map<string, Presence>> {
    const rows = await this.#rooms.core.store.all(serversOfRoom, nid);
    return new Map(
      rows.map(({ server, joined, since_pos: sincePos, left_pos: leftPos }) => [
        server,
        { joined, sincePos: sincePos ?? Number.POSITIVE_INFINITY, leftPos: leftPos ?? -1 },
      ]),
    );
  }

  /** Follows a change; what is just being read may have missed it, and is read again. */
  #note(room: LoadedRoom, userNid: number, { isJoined, pos }: { readonly isJoined: boolean; readonly pos: number }): void {
    const entry = this.#cache.get(room.nid);
    if (!entry) return;
    const server = this.#serverOf(userNid);
    if (!entry.servers || server === undefined) return this.#cache.delete(room.nid);
    const presence = entry.servers.get(server) ?? { joined: 0, sincePos: pos, leftPos: -1 };
    if (isJoined && presence.joined === 0) presence.sincePos = pos;
    presence.joined += isJoined ? 1 : -1;
    if (!isJoined) presence.leftPos = pos;
    entry.servers.set(server, presence);
  }

  /** The server of a user whose ID is in memory, as it is of one who has just sent something. */
  #serverOf(userNid: number): string | undefined {
    try {
      return serverOf(this.#rooms.core.users.peekText(userNid));
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}
