import { compileServerAcl } from "@patrix/events/room";
import { LruCache } from "@patrix/concurrency";
import { stateEvent } from "../rooms/read/state-event.ts";
import type { RoomHandle } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { FederatedError } from "./errors.ts";

type IsAllowed = (server: string) => boolean;

const everyServer: IsAllowed = () => true;

/** Which servers may take part in rooms, by the present `m.room.server_acl` of each. */
export class ServerAcls {
  readonly #rooms: Rooms;
  /** Compiled lists, by the number of the event. */
  readonly #compiled = new LruCache<number, IsAllowed>(500);

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** The test of a room's present list. */
  async of(room: RoomHandle): Promise<IsAllowed> {
    const event = await stateEvent(this.#rooms, await this.#rooms.load(room), "m.room.server_acl");
    if (!event) return everyServer;
    const known = this.#compiled.get(event.nid);
    if (known) return known;
    const isAllowed = compileServerAcl(event.content);
    this.#compiled.set(event.nid, isAllowed);
    return isAllowed;
  }

  /** @throws {FederatedError} `FORBIDDEN` for a server that the room's list denies. */
  async require(room: RoomHandle, server: string): Promise<void> {
    if (!(await this.of(room))(server)) throw new FederatedError("FORBIDDEN", `the server ACL of the room denies ${server}`);
  }
}
