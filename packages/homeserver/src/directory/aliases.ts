import { KeyedQueue } from "@patrix/concurrency";
import { DirectoryError } from "./errors.ts";
import { requireWithin } from "../errors.ts";
import { roomOfAlias } from "../rooms/read/room-of-alias.ts";
import { powerLevels } from "../rooms/read/state-event.ts";
import type { LoadedRoom, RoomHandle } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { requireRoomForAlias } from "../rooms/write/require-listable.ts";
import { operation } from "../store/statement.ts";
import { aliasesOfRoom, aliasRoom, deleteAlias, insertAlias } from "../store/statements/rooms.ts";

/** The aliases of this server. */
export class Aliases {
  readonly #rooms: Rooms;
  /** The new aliases of a room come one after another: between count and commit, nobody else may add one. */
  readonly #additions = new KeyedQueue<number>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** Finds the room of an alias; `undefined` if it points to none. */
  async roomId(alias: string): Promise<string | undefined> {
    return (await roomOfAlias(this.#rooms, alias))?.id;
  }

  /** The aliases of a room. */
  async ofRoom(roomNid: number): Promise<string[]> {
    return (await this.#rooms.core.store.all(aliasesOfRoom, roomNid)).map(({ alias }) => alias);
  }

  /** Points an alias to a room. @throws {DirectoryError} `FOREIGN_ALIAS` or `ALIAS_TAKEN`. @throws {LimitError} */
  async set(alias: string, roomNid: number, creatorNid: number): Promise<void> {
    const { serverName, log } = this.#rooms.core;
    if (alias.slice(alias.indexOf(":") + 1) !== serverName)
      throw new DirectoryError("FOREIGN_ALIAS", `roomAlias: expected an alias of ${serverName}`);
    await this.#rooms.aliasChanges.run(alias, async () => {
      if (await roomOfAlias(this.#rooms, alias)) throw new DirectoryError("ALIAS_TAKEN", "roomAlias: it is taken");
      await this.#additions.run(roomNid, async () => {
        requireWithin("aliasesOfRoom", (await this.ofRoom(roomNid)).length + 1, "roomAlias");
        await this.#rooms.additionsOfUser.run(creatorNid, async () => {
          await requireRoomForAlias(this.#rooms.core, creatorNid, "roomAlias");
          await log.append({ positions: [], operations: [operation(insertAlias, alias, roomNid, creatorNid)] });
        });
      });
    });
  }

  /**
   * Removes an alias; its creator may, and who may set the room's canonical alias.
   *
   * @param isOwn - Whether the user may in any case.
   * @returns The room that it led to.
   * @throws {DirectoryError} `ALIAS_NOT_FOUND` or `FORBIDDEN`.
   */
  remove(
    alias: string,
    { userNid, userId }: { readonly userNid: number; readonly userId: string },
    { isOwn = false }: { readonly isOwn?: boolean } = {},
  ): Promise<RoomHandle> {
    return this.#rooms.aliasChanges.run(alias, async () => {
      const row = await this.#rooms.core.store.get(aliasRoom, alias);
      if (!row) throw new DirectoryError("ALIAS_NOT_FOUND", "roomAlias: it does not exist");
      if (!isOwn && row.creator_nid !== userNid)
        await requireDirectoryPower(this.#rooms, await this.#rooms.load({ nid: row.room_nid }), userId);
      await this.#rooms.core.log.append({ positions: [], operations: [operation(deleteAlias, alias)] });
      return { nid: row.room_nid };
    });
  }
}

/** Checks that a user may say under which names a room is found. @throws {DirectoryError} `FORBIDDEN`. */
export async function requireDirectoryPower(rooms: Rooms, room: LoadedRoom, userId: string): Promise<void> {
  const userNid = await rooms.core.users.find(userId);
  const joined = userNid !== undefined && room.view.members.get(userNid)?.membership === "join";
  const levels = await powerLevels(rooms, room);
  if (!joined || levels.userLevel(userId) < levels.eventLevel("m.room.canonical_alias", true))
    throw new DirectoryError("FORBIDDEN", "you need the power level for m.room.canonical_alias in the room");
}
