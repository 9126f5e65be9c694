import type { JsonObject } from "@patrix/api";
import { isRoomAlias } from "@patrix/identifiers";
import { RoomError } from "../errors.ts";
import { roomOfAlias } from "../read/room-of-alias.ts";
import { stateEvent } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/**
 * Checks the aliases that an `m.room.canonical_alias` adds to those of the room: each must be an alias, and lead to the room.
 *
 * @throws {RoomError} `INVALID_ALIAS` for what is no alias, `BAD_ALIAS` for one that leads elsewhere or nowhere.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey}
 */
export async function checkAliases(rooms: Rooms, room: LoadedRoom, content: JsonObject): Promise<void> {
  const before = (await stateEvent(rooms, room, "m.room.canonical_alias"))?.content ?? {};
  const known = new Set(aliasesOf(before).map(([, alias]) => alias));
  for (const [field, alias] of aliasesOf(content)) {
    if (known.has(alias)) continue;
    if (!isRoomAlias(alias)) throw new RoomError("INVALID_ALIAS", `${field}: expected a room alias`);
    if ((await roomOfAlias(rooms, alias))?.nid !== room.nid)
      throw new RoomError("BAD_ALIAS", `${field}: ${alias} does not lead to this room`);
  }
}

/** The aliases of a content, each with where it stands. */
function aliasesOf({ alias, alt_aliases: alternatives }: JsonObject): (readonly [field: string, alias: unknown])[] {
  const listed: unknown[] = Array.isArray(alternatives) ? alternatives : alternatives == null ? [] : [alternatives];
  return [
    ...(alias == null || alias === "" ? [] : [["alias", alias] as const]),
    ...listed.map((other, i) => [`alt_aliases/${i}`, other] as const),
  ];
}
