import { isJsonObject, type JsonObject, MatrixError } from "@patrix/api";
import { getMembersByRoom, getRoomStateWithKey } from "@patrix/client-api";
import type { KeyRecipients, RoomEncryptionSettings } from "@patrix/client-crypto";
import { type ClientEventWithoutRoomId } from "@patrix/events";
import { isUserId, type RoomId, type UserId } from "@patrix/identifiers";
import { type BaseState, type RoomData, stateContent } from "../base/room-data.ts";
import type { RequestOptions, RequestSender } from "../http/http-client.ts";

/** What is known of rooms. */
export interface KnownRooms {
  readonly base: () => BaseState;
  /** Whether what is known is kept up to date at the moment. */
  readonly isCurrent: () => boolean;
  /** Rooms that the server has said are not encrypted, since the start; what changes later, sync tells. */
  readonly plain: Set<RoomId>;
}

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
  try {
    const content = await http.send(getRoomStateWithKey, { path }, options);
    return isJsonObject(content) ? content : {};
  } catch (error) {
    if (MatrixError.is(error, "M_NOT_FOUND")) return undefined;
    throw error;
  }
}

/** Whether a room is encrypted, and those who are invited now may see what was written before. */
export function hasSharedHistory(room: RoomData | undefined): boolean {
  if (!room || stateContent(room, "m.room.encryption") === undefined) return false;
  const visibility = visibilityOf(room);
  return visibility === "shared" || visibility === "world_readable";
}

/** Who may see what is written in a room: by the specification `shared`, where nothing is said. */
function visibilityOf(room: RoomData | undefined): KeyRecipients["historyVisibility"] {
  const visibility = room && stateContent(room, "m.room.history_visibility")?.["history_visibility"];
  return isVisibility(visibility) ? visibility : "shared";
}

/** What {@link findRecipients} works with. */
export interface RecipientParts extends KnownRooms {
  readonly http: RequestSender;
  readonly addMembers: (roomId: RoomId, members: readonly ClientEventWithoutRoomId[]) => Promise<RoomData>;
}

/** Finds who may read an event that is sent now: members, and those who are invited where they may see what was before they joined. */
export async function findRecipients(parts: RecipientParts, roomId: RoomId): Promise<Pick<KeyRecipients, "userIds" | "historyVisibility">> {
  const known = parts.base().rooms.get(roomId);
  const historyVisibility = visibilityOf(known);
  if (parts.isCurrent() && known?.allMembers === true) {
    const members = [...(known.state.get("m.room.member")?.values() ?? [])];
    return { userIds: pick(members, historyVisibility), historyVisibility };
  }
  const chunk = await membersOnServer(parts.http, roomId);
  if (known) await parts.addMembers(roomId, chunk);
  return { userIds: pick(chunk, historyVisibility), historyVisibility };
}

/** Asks the server who may read an event that is sent now; as {@link findRecipients}. @throws What the requests fail with. */
export async function recipientsOnServer(
  http: RequestSender,
  roomId: RoomId,
): Promise<Pick<KeyRecipients, "userIds" | "historyVisibility">> {
  const path = { roomId, eventType: "m.room.history_visibility", stateKey: "" };
  const content = await http.send(getRoomStateWithKey, { path }).catch((error: unknown): JsonObject => {
    if (MatrixError.is(error, "M_NOT_FOUND")) return {};
    throw error;
  });
  const visibility = content["history_visibility"];
  const historyVisibility = isVisibility(visibility) ? visibility : "shared";
  return { userIds: pick(await membersOnServer(http, roomId), historyVisibility), historyVisibility };
}

async function membersOnServer(http: RequestSender, roomId: RoomId): Promise<readonly ClientEventWithoutRoomId[]> {
  const { chunk = [] } = await http.send(getMembersByRoom, { path: { roomId }, query: { not_membership: "leave" } });
  return chunk;
}

function pick(
  members: readonly { readonly state_key?: string | undefined; readonly content: JsonObject }[],
  visibility: KeyRecipients["historyVisibility"],
): UserId[] {
  const wanted = visibility === "joined" ? ["join"] : ["join", "invite"];
  return members.flatMap(({ state_key: id, content }) => (isUserId(id) && wanted.includes(String(content["membership"])) ? [id] : []));
}

function isVisibility(value: unknown): value is KeyRecipients["historyVisibility"] {
  return value === "invited" || value === "joined" || value === "shared" || value === "world_readable";
}
