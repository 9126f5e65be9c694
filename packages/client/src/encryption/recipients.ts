import { type JsonObject, MatrixError } from "@patrix/api";
import { getMembersByRoom, getRoomStateWithKey } from "@patrix/client-api";
import type { KeyRecipients } from "@patrix/client-crypto";
import { type ClientEventWithoutRoomId } from "@patrix/events";
import { isUserId, type RoomId, type UserId } from "@patrix/identifiers";
import { type RoomData, stateContent } from "../base/room-data.ts";
import type { RequestSender } from "../http/http-client.ts";
import type { KnownRooms } from "./known-rooms.ts";

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
export async function askForRecipients(http: RequestSender, roomId: RoomId): Promise<Pick<KeyRecipients, "userIds" | "historyVisibility">> {
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
