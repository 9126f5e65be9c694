import type { RoomVersionRules } from "@patrix/room-versions";
import { createRoomId } from "@patrix/identifiers";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { insertAlias, insertRoom, publishRoom } from "../../store/statements/rooms.ts";
import { RoomError } from "../errors.ts";
import { requireRoomToJoin } from "../membership/require-room-to-join.ts";
import { type LoadedRoom, newRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { EventDraft } from "./event-draft.ts";
import { requireRoomForAlias, requireRoomInDirectory } from "./require-listable.ts";
import type { RoomEngine } from "./room-engine.ts";

/** What a room begins with. */
export interface Founding {
  readonly creator: string;
  readonly version: string;
  readonly rules: RoomVersionRules;
  /** Its first events, `m.room.create` before all others. */
  readonly drafts: readonly EventDraft[];
  /** The whole alias, on this server, which leads to no room. */
  readonly alias?: string | undefined;
  readonly published?: boolean | undefined;
  /** Makes what counts the room, which is stored with it. */
  readonly counted?: (() => WriteOperation) | undefined;
}

/**
 * Makes a room in one commit.
 *
 * @throws {RoomError} `INVALID_ROOM_STATE` if the events do not pass the authorisation rules. @throws {LimitError} For one too many.
 */
export async function foundRoom(rooms: Rooms, engine: RoomEngine, founding: Founding): Promise<LoadedRoom> {
  try {
    const creatorNid = await rooms.core.users.intern(founding.creator);
    return await rooms.additionsOfUser.run(creatorNid, () => addRoom(rooms, engine, { ...founding, creatorNid }));
  } catch (error) {
    if (error instanceof RoomError && error.rule !== undefined) throw new RoomError("INVALID_ROOM_STATE", error.message, { cause: error });
    throw error;
  }
}

/** Stores the room, if its creator may have another. */
async function addRoom(rooms: Rooms, engine: RoomEngine, founding: Founding & { readonly creatorNid: number }): Promise<LoadedRoom> {
  const { core } = rooms;
  const { creatorNid, version, rules, drafts, alias, published, counted } = founding;
  if (alias !== undefined) await requireRoomForAlias(core, creatorNid, "/room_alias_name");
  if (published) await requireRoomInDirectory(core, creatorNid, "/visibility");
  await requireRoomToJoin(rooms, creatorNid, "the room");
  const id = rules.roomIdFormat === "opaque" ? createRoomId(core.serverName) : "";
  const room = newRoom(rooms.number(), { id, version, rules, creatorNid });
  await engine.found(room, drafts, () => [
    operation(insertRoom, room.nid, room.id, version, room.shard, "[]", 0, 0, 0, creatorNid),
    ...(alias === undefined ? [] : [operation(insertAlias, alias, room.nid, creatorNid)]),
    ...(published ? [operation(publishRoom, room.nid, creatorNid)] : []),
    ...(counted ? [counted()] : []),
  ]);
  return room;
}
