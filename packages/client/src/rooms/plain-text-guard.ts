import type { RoomId } from "@patrix/identifiers";
import { clearTypes } from "../encryption/clear-types.ts";
import type { KnownRooms } from "../encryption/known-rooms.ts";
import { encryptionInState } from "../encryption/room-encryption.ts";
import { ClientError } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";

/** Makes what refuses to send plain text into an encrypted room, for a client that does not encrypt. */
export function createPlainTextGuard(http: RequestSender, rooms: KnownRooms): (roomId: RoomId, type: string) => Promise<void> {
  return async (roomId, type) => {
    if (clearTypes.has(type) || (await encryptionInState(http, rooms, roomId)) === undefined) return;
    throw new ClientError(
      "ROOM_IS_ENCRYPTED",
      `${roomId} is encrypted, and this client cannot encrypt without the option encryption: ${type} would go out in the clear, so nothing was sent`,
    );
  };
}
