import { matrixError } from "@patrix/api";
import { getEvents, initialSync, peekEvents, roomInitialSync } from "@patrix/client-api";
import { handle, rawJson, type RawJson } from "@patrix/server";
import type { EventStream, StreamPage } from "../../sync/events/event-stream.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import { eventList, streamedJson } from "./event-list.ts";
import { initialSyncTexts } from "./initial-sync.ts";
import { MESSAGE_COUNT, roomSnapshot, type SnapshotServices } from "./room-snapshot.ts";

/** What the handlers of peeking work with. */
export interface PeekingServices extends SnapshotServices {
  readonly eventStream: EventStream;
}

/** The handlers with which old clients read their rooms, and others look into rooms that they are not in. */
export function peekingHandlers(services: PeekingServices): Registration[] {
  const { rooms, reader, eventStream } = services;
  return [
    handle(roomInitialSync, async ({ path }, { user }) => {
      const access = await reader.access(path.roomId, user.userNid);
      const around = [`{${await roomSnapshot(services, access, { viewer: user, count: MESSAGE_COUNT })},"state":[`, "]}"] as const;
      return eventList(rooms, access.state, { roomId: access.room.id, around });
    }),
    handle(initialSync, ({ query = {} }, { user }) => {
      const count = Math.min(Math.max(query.limit ?? MESSAGE_COUNT, 0), MESSAGE_COUNT);
      return streamedJson(() => initialSyncTexts(services, user, { count, archived: query.archived ?? false }));
    }),
    // It stands before the other one, with which it shares the path: what it refuses for want of a room is for that.
    handle(peekEvents, async ({ query }, { user, signal }) =>
      renderPage(services, user, await eventStream.ofRoom(user, { ...query, roomId: query.room_id }, signal)),
    ),
    handle(getEvents, async ({ query = {} }, { user, signal, uri }) => {
      if (/[?&]room_id=/.test(uri)) throw matrixError("M_INVALID_PARAM", "query parameter room_id: expected a room ID");
      return renderPage(services, user, await eventStream.ofUser(user, query, signal));
    }),
  ];
}

async function renderPage({ rooms, clientEvents }: PeekingServices, viewer: Requester, page: StreamPage): Promise<RawJson> {
  const texts: { readonly nid: number; readonly text: string }[] = [];
  for (const { room, events } of page.rooms) {
    const loaded = await rooms.load(room);
    const rendered = await clientEvents.render(loaded, events, { ...viewer, upTo: loaded.view.end });
    texts.push(...events.map(({ nid }, i) => ({ nid, text: rendered[i] ?? "{}" })));
  }
  const chunk = texts.toSorted((a, b) => a.nid - b.nid).map(({ text }) => text);
  return rawJson(`{"start":"${page.start}","end":"${page.end}","chunk":[${chunk.join(",")}]}`);
}
