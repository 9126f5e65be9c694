import { makeThreadReply } from "@patrix/events";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { RequestSender } from "../http/http-client.ts";
import { actions } from "../load-actions.ts";
import { createSender } from "./create-sender.ts";
import type { RoomContext } from "./room-context.ts";
import { markThreadRead } from "./mark-read.ts";
import type { Room, Thread } from "./room.ts";

/** Composes the handle of a thread. */
export function createThread(rootId: EventId, room: Room, { http, admitFile, enqueue, openTimeline }: RoomContext): Thread {
  const roomId = room.id;
  return Object.freeze<Thread>({
    rootId,
    send: createSender({ roomId, http, admitFile, enqueue }, (content) => makeThreadReply(content, rootId)),
    timeline: (options) => openTimeline(room, { ...options, thread: rootId }),
    subscribe: async () => {
      const { subscribeThread } = await actions();
      await http.send(subscribeThread, { path: { roomId, threadRoot: rootId }, body: {} }, { idempotent: true });
    },
    markRead: async (upTo, options) => {
      const eventId = upTo ?? (await latestOf(http, roomId, rootId));
      await markThreadRead(http, { roomId, eventId, rootId }, options);
    },
  });
}

/** The last event of a thread; its root, if there is none yet. */
async function latestOf(http: RequestSender, roomId: RoomId, rootId: EventId): Promise<EventId> {
  const { getRelatingEventsWithRelType } = await actions();
  const path = { roomId, eventId: rootId, relType: "m.thread" };
  const { chunk } = await http.send(getRelatingEventsWithRelType, { path, query: { limit: 1 } });
  return chunk[0]?.event_id ?? rootId;
}
