import { explainRoom as explain, type ExplainRoomOptions, type RoomExplanation } from "../check/explain-room.ts";
import type { Config } from "../config/config.ts";
import { openSnapshot } from "./open-snapshot.ts";

/**
 * Explains why a room of a server has the state that it has, also while the server runs; nothing is changed.
 *
 * @param room - The ID of the room, or an alias of it.
 * @throws {ExplainError} `ROOM_NOT_FOUND`, `EVENT_NOT_FOUND`, `UNSUPPORTED_ROOM_VERSION`, `INCOMPLETE`.
 * @throws {StoreError} `NOT_A_DATABASE`, `UNREACHABLE`, `SCHEMA_TOO_NEW`, `SCHEMA_TOO_OLD`.
 * @example
 * const { branches, conflicts } = await explainRoom(await loadConfig("patrix.yaml"), "#tea:example.org");
 */
export async function explainRoom(config: Config, room: string, options: ExplainRoomOptions = {}): Promise<RoomExplanation> {
  await using snapshot = await openSnapshot(config);
  return await explain(snapshot, room, options);
}
