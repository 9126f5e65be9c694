import { type JsonObject, matrixError } from "@patrix/api";
import { postReceipt, setReadMarker, setTyping } from "@patrix/client-api";
import { isEventId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import { requireWithin } from "../../errors.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import type { RoomServices } from "./room-services.ts";

/** How long a user counts as typing if the client does not say, in milliseconds. */
const DEFAULT_TYPING_MS = 30_000;
const receiptTypes = new Set(["m.read", "m.read.private"]);

/** Handlers of receipts, read markers and typing. */
export function receiptHandlers(services: RoomServices): Registration[] {
  const { reader, typing } = services;
  return [
    handle(postReceipt, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      const { receiptType, eventId } = path;
      if (receiptType === "m.fully_read") await setFullyRead(services, room, user, eventId);
      else if (receiptTypes.has(receiptType)) await setReceipt(services, room, user, receiptType, eventId, body?.thread_id);
      else throw matrixError("M_INVALID_PARAM", `path variable receiptType: ${receiptType} is not a kind of receipt`);
      return {};
    }),
    handle(setReadMarker, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      const fullyRead = body?.["m.fully_read"];
      if (fullyRead !== undefined) await setFullyRead(services, room, user, fullyRead);
      for (const type of receiptTypes) {
        const eventId = body?.[type as "m.read" | "m.read.private"];
        if (eventId !== undefined) await setReceipt(services, room, user, type, eventId, undefined);
      }
      return {};
    }),
    handle(setTyping, async ({ path, body }, { user }) => {
      if (path.userId !== user.userId) throw matrixError("M_FORBIDDEN", "path variable userId: you can only speak for yourself");
      const room = await reader.joined(path.roomId, user.userNid);
      typing.set(room, user.userNid, body.typing ? Math.max(1, body.timeout ?? DEFAULT_TYPING_MS) : 0);
      return {};
    }),
  ];
}

async function setReceipt(
  services: RoomServices,
  room: LoadedRoom,
  user: Requester,
  type: string,
  eventId: string,
  thread: string | undefined,
): Promise<void> {
  if (thread !== undefined) requireThread(thread);
  services.presence.active(user.userNid);
  const { place } = (await requireEvent(services, room, user, eventId)).fields;
  await services.receipts.set(room, { userNid: user.userNid, type, thread: thread ?? "", eventId, place });
}

/** Checks what a receipt names as its thread. @throws {MatrixError} `M_INVALID_PARAM`. @throws {LimitError} */
function requireThread(thread: string): void {
  requireWithin("receiptThreadBytes", Buffer.byteLength(thread), "/thread_id");
  if (thread !== "main" && !isEventId(thread)) throw matrixError("M_INVALID_PARAM", "/thread_id: expected an event ID or main");
}

async function setFullyRead(services: RoomServices, room: LoadedRoom, user: Requester, eventId: string): Promise<void> {
  await requireEvent(services, room, user, eventId);
  const content: JsonObject = { event_id: eventId };
  await services.accountData.put({ userNid: user.userNid, roomNid: room.nid, type: "m.fully_read" }, content);
}

/** Checks that the user can see an event of the room. @throws {MatrixError} `M_NOT_FOUND`. */
async function requireEvent({ rooms, visibility }: RoomServices, room: LoadedRoom, user: Requester, eventId: string): Promise<StoredEvent> {
  const event = await rooms.events.byId(eventId);
  if (event?.fields.roomNid !== room.nid || !(await visibility.canSee(room, user.userNid, event)))
    throw matrixError("M_NOT_FOUND", `the room has no event ${eventId}`);
  return event;
}
