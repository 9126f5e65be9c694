import type { PublishedRooms } from "../../directory/published-rooms.ts";
import type { Viewer } from "../../rooms/read/render-event.ts";
import type { RoomAccess } from "../../rooms/read/room-reader.ts";
import { formatTimelineToken, placeBefore, timelineStart } from "../../rooms/timeline/place.ts";
import { writeAccountData } from "../../sync/cuts/write-parts.ts";
import type { RoomServices } from "./room-services.ts";

/** What the handlers of peeking work with. */
export interface SnapshotServices extends RoomServices {
  readonly published: PublishedRooms;
}

/** The most messages that the state of a room comes with. */
export const MESSAGE_COUNT = 20;

/** What old clients get of a room besides its state, as the members of a JSON object: the newest messages, and what the user has noted. */
export async function roomSnapshot(
  { timelines, visibility, clientEvents, published, accountData }: SnapshotServices,
  { room, upTo }: RoomAccess,
  { viewer, count }: { readonly viewer: Viewer; readonly count: number },
): Promise<string> {
  const page = count === 0 ? [] : await timelines.backward(room, { after: timelineStart, upTo }, count);
  const visible = (await visibility.filter(room, viewer.userNid, page)).toReversed();
  const chunk = await clientEvents.render(room, visible, { ...viewer, upTo });
  const ownData = await accountData.ofRoom(viewer.userNid, room.nid);
  const oldest = page.at(-1)?.fields.place;
  const start = formatTimelineToken(oldest == null ? upTo : placeBefore(oldest));
  const membership = room.view.members.get(viewer.userNid)?.membership;
  return [
    `"room_id":${JSON.stringify(room.id)}`,
    ...(membership === undefined ? [] : [`"membership":${JSON.stringify(membership)}`]),
    `"messages":{"start":"${start}","end":"${formatTimelineToken(upTo)}","chunk":[${chunk.join(",")}]}`,
    `"visibility":"${(await published.has(room.nid)) ? "public" : "private"}"`,
    `"account_data":[${ownData.map(({ type, json }) => writeAccountData({ type, json })).join(",")}]`,
  ].join(",");
}
