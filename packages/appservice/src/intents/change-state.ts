import { isJsonObject, type JsonObject, MatrixError } from "@patrix/api";
import type { RequestSender } from "@patrix/client";
import { getRoomStateWithKey, setRoomStateWithKey } from "@patrix/client-api";
import type { RoomId, UserId } from "@patrix/identifiers";

/** Where a piece of state stands. */
export interface StatePlace {
  readonly roomId: RoomId;
  readonly eventType: string;
  readonly stateKey: string;
}

/** The content of a piece of state, or something else where there is none. */
export async function stateOr<T>(http: RequestSender, path: StatePlace, otherwise: T): Promise<JsonObject | T> {
  try {
    return await http.send(getRoomStateWithKey, { path });
  } catch (error) {
    if (MatrixError.is(error, "M_NOT_FOUND")) return otherwise;
    throw error;
  }
}

/** Sets state, unless it is so already. @param wanted - Makes it of what is there; of nothing, where nothing is. */
export async function setStateIfNew(http: RequestSender, path: StatePlace, wanted: (before: JsonObject) => JsonObject): Promise<void> {
  const before = await stateOr(http, path, undefined);
  const body = wanted(before ?? {});
  if (before && isSameJson(before, body)) return;
  await http.send(setRoomStateWithKey, { path, body });
}

/** Power levels with those of some users changed; `undefined` is the default of the room. */
export function withLevels(before: JsonObject, levels: Readonly<Record<UserId, number | undefined>>): JsonObject {
  const users: JsonObject = { ...(isJsonObject(before["users"]) ? before["users"] : {}) };
  for (const [userId, level] of Object.entries(levels)) {
    if (level === undefined) delete users[userId];
    else users[userId] = level;
  }
  return { ...before, users };
}

/** Whether two values are the same, whatever the order of members. */
function isSameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => isSameJson(each, b[i]));
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isSameJson(a[name], b[name]));
}
