import { roomInitialSync } from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { PublishedRooms } from "../../directory/published-rooms.ts";
import { renderEvents } from "../../rooms/read/render-event.ts";
import { formatTimelineToken, placeBefore, timelineStart } from "../../rooms/timeline/place.ts";
import { writeAccountData } from "../../sync/v3/write-room.ts";
import type { Registration } from "../registration.ts";
import { eventList } from "./event-list.ts";
import type { RoomServices } from "./room-services.ts";

/** What the handlers of peeking work with. */
export interface PeekingServices extends RoomServices {
  readonly published: PublishedRooms;
}

/** The most messages that the state of a room comes with. */
const MESSAGE_COUNT = 20;

/** The handler with which old clients look at one room. */
export function peekingHandlers({ rooms, reader, timelines, visibility, published, accountData }: PeekingServices): Registration[] {
  return [
    handle(roomInitialSync, async ({ path }, { user }) => {
      const { room, upTo, state } = await reader.access(path.roomId, user.userNid);
      const page = await timelines.backward(room, { after: timelineStart, upTo }, MESSAGE_COUNT);
      const visible = (await visibility.filter(room, user.userNid, page)).toReversed();
      const outlook = await visibility.outlook(room, user.userNid, visible);
      const chunk = await renderEvents(rooms, visible, { viewer: user, roomId: room.id, outlook });
      const ownData = await accountData.ofRoom(user.userNid, room.nid);
      const oldest = page.at(-1)?.fields.place;
      const start = formatTimelineToken(oldest == null ? upTo : placeBefore(oldest));
      const membership = room.view.members.get(user.userNid)?.membership;
      const members = [
        `"room_id":${JSON.stringify(room.id)}`,
        ...(membership === undefined ? [] : [`"membership":${JSON.stringify(membership)}`]),
        `"messages":{"start":"${start}","end":"${formatTimelineToken(upTo)}","chunk":[${chunk.join(",")}]}`,
        `"visibility":"${(await published.has(room.nid)) ? "public" : "private"}"`,
        `"account_data":[${ownData.map(({ type, json }) => writeAccountData({ roomNid: room.nid, type, json })).join(",")}]`,
      ];
      return eventList(rooms, state, { roomId: room.id, around: [`{${members.join(",")},"state":[`, "]}"] });
    }),
  ];
}
