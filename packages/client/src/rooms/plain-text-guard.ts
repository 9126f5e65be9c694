import { MatrixError } from "@patrix/api";
import { getRoomStateWithKey } from "@patrix/client-api";
import type { RoomId } from "@patrix/identifiers";
import type { BaseState } from "../base/room-data.ts";
import { ClientError } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";

/** Events that are sent in the clear in encrypted rooms too, by every client; or that somebody has encrypted already. */
const clearTypes: ReadonlySet<string> = new Set(["m.reaction", "m.room.redaction", "m.room.encrypted"]);

/** What a {@link createPlainTextGuard} looks at. */
export interface KnownRooms {
  readonly base: () => BaseState;
  /** Whether what is known is kept up to date at the moment. */
  readonly isCurrent: () => boolean;
}

/**
 * Makes what refuses to send plain text into an encrypted room, since this client cannot encrypt. While no sync runs, and for
 * a room that none has told of, the server is asked.
 */
export function createPlainTextGuard(
  http: RequestSender,
  { base, isCurrent }: KnownRooms,
): (roomId: RoomId, type: string) => Promise<void> {
  const isEncrypted = async (roomId: RoomId): Promise<boolean> => {
    const room = base().rooms.get(roomId);
    // Whatever the content became since: encryption is never switched off.
    if (room?.state.get("m.room.encryption")?.has("") === true) return true;
    return !(isCurrent() && room?.membership === "join") && askServer(roomId);
  };
  const askServer = async (roomId: RoomId): Promise<boolean> => {
    try {
      await http.send(getRoomStateWithKey, { path: { roomId, eventType: "m.room.encryption", stateKey: "" } }, { retries: 0 });
      return true;
    } catch (error) {
      // Where the state may not be read, nothing may be sent either.
      if (MatrixError.is(error, "M_NOT_FOUND") || MatrixError.is(error, "M_FORBIDDEN")) return false;
      throw error;
    }
  };
  return async (roomId, type) => {
    if (clearTypes.has(type) || !(await isEncrypted(roomId))) return;
    throw new ClientError(
      "ROOM_IS_ENCRYPTED",
      `${roomId} is encrypted, and this client cannot encrypt yet: ${type} would go out in the clear, so nothing was sent`,
    );
  };
}
