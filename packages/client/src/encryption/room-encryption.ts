import { isJsonObject, type JsonObject, MatrixError } from "@patrix/api";
import type { KeyRecipients, RoomEncryptionSettings } from "@patrix/client-crypto";
import type { RoomId } from "@patrix/identifiers";
import type { RequestOptions, RequestSender } from "../http/http-client.ts";
import { actions } from "../load-actions.ts";
import type { KnownRooms } from "./known-rooms.ts";

/** Reads the content of `m.room.encryption`; members that are not as the specification has them do not count. */
export function readEncryptionSettings(content: JsonObject): RoomEncryptionSettings {
  const { algorithm, rotation_period_ms: periodMs, rotation_period_msgs: messages } = content;
  const positive = (value: unknown): number | undefined => (Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined);
  return {
    algorithm: typeof algorithm === "string" ? algorithm : "",
    rotationPeriodMs: positive(periodMs),
    rotationPeriodMessages: positive(messages),
  };
}

/**
 * Tells how a room is encrypted by its state; `undefined` if it is not. While no sync runs, for a room that none has told of, and once for
 * each room that seems not to be encrypted, the server is asked.
 */
export async function encryptionInState(
  http: RequestSender,
  { base, isCurrent, plain }: KnownRooms,
  roomId: RoomId,
): Promise<JsonObject | undefined> {
  const room = base().rooms.get(roomId);
  // Whatever the content became since: encryption is never switched off.
  const known = room?.state.get("m.room.encryption")?.get("");
  if (known) return known.content;
  // Not by sync alone: there are servers that tell of a room while it is being made, before they tell that it is encrypted.
  if (isCurrent() && room?.membership === "join" && plain.has(roomId)) return undefined;
  const content = await encryptionOnServer(http, roomId, { retries: 0 });
  if (content === undefined) plain.add(roomId);
  return content;
}

/**
 * Asks the server how a room is encrypted; `undefined` if it is not.
 *
 * @throws What the request fails with, also where the state may not be read: who joins meanwhile could send what was not encrypted.
 */
export async function encryptionOnServer(
  http: RequestSender,
  roomId: RoomId,
  options: RequestOptions = {},
): Promise<JsonObject | undefined> {
  const path = { roomId, eventType: "m.room.encryption", stateKey: "" };
  const { getRoomStateWithKey } = await actions();
  try {
    const content = await http.send(getRoomStateWithKey, { path }, options);
    return isJsonObject(content) ? content : {};
  } catch (error) {
    if (MatrixError.is(error, "M_NOT_FOUND")) return undefined;
    throw error;
  }
}

/** Asks the server who may read an event that is sent now: members, and those who are invited where they may see what was before they joined. @throws What the requests fail with. */
export async function recipientsOnServer(
  http: RequestSender,
  roomId: RoomId,
): Promise<Pick<KeyRecipients, "userIds" | "historyVisibility">> {
  const { askForRecipients } = await actions();
  return askForRecipients(http, roomId);
}
