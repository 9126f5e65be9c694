import { postReceipt } from "@patrix/client-api";
import { makeThreadReply } from "@patrix/events";
import type { EventId, RoomId } from "@patrix/identifiers";
import { createSender } from "./create-sender.ts";
import type { RoomContext } from "./room-context.ts";
import type { Thread } from "./sender.ts";

/** Composes the handle of a thread. */
export function createThread(rootId: EventId, roomId: RoomId, { http, enqueue }: RoomContext): Thread {
  return Object.freeze<Thread>({
    rootId,
    send: createSender({ roomId, http, enqueue }, (content) => makeThreadReply(content, rootId)),
    markRead: async (upTo = rootId) => {
      const path = { roomId, receiptType: "m.read" as const, eventId: upTo };
      await http.send(postReceipt, { path, body: { thread_id: rootId } }, { idempotent: true });
    },
  });
}
