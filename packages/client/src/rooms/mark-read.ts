import type { EventId, RoomId } from "@patrix/identifiers";
import type { RequestSender } from "../http/http-client.ts";
import { actions } from "../load-actions.ts";
import type { MarkReadOptions } from "./mark-read-options.ts";

/** Where somebody has read up to. */
export interface ReadPlace {
  readonly roomId: RoomId;
  readonly eventId: EventId;
}

/** Marks a room as read up to an event: all of it, threads included, with the read marker. */
export async function markRoomRead(
  http: RequestSender,
  { roomId, eventId }: ReadPlace,
  { private: isPrivate = false }: MarkReadOptions = {},
): Promise<void> {
  const { setReadMarker } = await actions();
  const body = { "m.fully_read": eventId, [isPrivate ? "m.read.private" : "m.read"]: eventId };
  await http.send(setReadMarker, { path: { roomId }, body }, { idempotent: true });
}

/** Marks a thread as read up to an event of it. */
export async function markThreadRead(
  http: RequestSender,
  { roomId, eventId, rootId }: ReadPlace & { readonly rootId: EventId },
  { private: isPrivate = false }: MarkReadOptions = {},
): Promise<void> {
  const { postReceipt } = await actions();
  const receiptType = isPrivate ? ("m.read.private" as const) : ("m.read" as const);
  await http.send(postReceipt, { path: { roomId, receiptType, eventId }, body: { thread_id: rootId } }, { idempotent: true });
}
