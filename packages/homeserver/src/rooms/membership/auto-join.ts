import type { HomeserverError } from "../../errors.ts";
import { LimitError, UnreachableError } from "../../errors.ts";
import { isLocalUser } from "../../log/core.ts";
import { RoomError } from "../errors.ts";
import { roomOfAlias } from "../read/room-of-alias.ts";
import type { RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { createRoom } from "../write/create-room.ts";
import type { RoomEngine } from "../write/room-engine.ts";
import type { ProfileOf } from "./member-content.ts";
import type { Members } from "./members.ts";

/** What new users are brought into rooms with. */
export interface AutoJoinParts {
  readonly rooms: Rooms;
  readonly engine: RoomEngine;
  readonly members: Members;
  readonly profileOf: ProfileOf;
  /** The version of a room that is made. */
  readonly version: string;
  /** Told of a room that a user could not be brought into. */
  readonly failed: (room: string, error: HomeserverError) => void;
}

/**
 * Brings a new user into rooms. A room that is named by an alias of this server which leads nowhere is made: open to everybody, with the
 * user as its creator. A room that refuses does not keep the user from the others.
 *
 * @param wanted - IDs and aliases.
 */
export async function autoJoin(parts: AutoJoinParts, userId: string, wanted: readonly string[]): Promise<void> {
  for (const idOrAlias of wanted) {
    try {
      await parts.members.join(await roomOf(parts, userId, idOrAlias), userId);
    } catch (error) {
      if (!(error instanceof RoomError || error instanceof LimitError || error instanceof UnreachableError)) throw error;
      parts.failed(idOrAlias, error);
    }
  }
}

async function roomOf(parts: AutoJoinParts, userId: string, idOrAlias: string): Promise<RoomHandle> {
  const { rooms, engine, profileOf, version } = parts;
  if (!idOrAlias.startsWith("#")) return rooms.get(idOrAlias);
  const known = await roomOfAlias(rooms, idOrAlias);
  if (known) return known;
  // Aliases end like user IDs.
  if (!isLocalUser(rooms.core, idOrAlias)) throw new RoomError("ROOM_NOT_FOUND", `the alias ${idOrAlias} is not one of this server`);
  try {
    return await createRoom(rooms, engine, profileOf, {
      creator: userId,
      preset: "public_chat",
      version,
      alias: idOrAlias,
      invite: [],
      initialState: [],
    });
  } catch (error) {
    // Somebody else has registered at the same time.
    const made = error instanceof RoomError && error.code === "ALIAS_IN_USE" ? await roomOfAlias(rooms, idOrAlias) : undefined;
    if (!made) throw error;
    return made;
  }
}
