import type { Client, EventItem, Room } from "@patrix/client";
import { search } from "@patrix/client-api";

/** A message that was found. */
export interface Found {
  readonly id: string;
  readonly sender: { readonly id: string; readonly name: string };
  readonly text: string;
  readonly ts: Date;
}

/** How many messages of an encrypted room are looked through. */
const maxLocal = 2000;
const pageSize = 200;

/** Finds messages of a room, the newest first: by the server, or by looking through them where the server cannot. */
export async function searchRoom(client: Client, room: Room, text: string): Promise<readonly Found[]> {
  return room.encrypted ? searchHere(room, text) : searchServer(client, room, text);
}

async function searchServer(client: Client, room: Room, text: string): Promise<readonly Found[]> {
  const roomEvents = { search_term: text, order_by: "recent", filter: { rooms: [room.id] } };
  const { search_categories: found } = await client.api.send(search, { body: { search_categories: { room_events: roomEvents } } });
  return (found.room_events?.results ?? []).flatMap(({ result }) => {
    const body = result?.content["body"];
    if (!result || typeof body !== "string") return [];
    const { event_id: id, sender, origin_server_ts: ts } = result;
    return [{ id, sender: { id: sender, name: room.members.get(sender)?.name ?? sender }, text: body, ts: new Date(ts) }];
  });
}

async function searchHere(room: Room, text: string): Promise<readonly Found[]> {
  await using timeline = room.timeline();
  while (timeline.items.value.length < maxLocal && (await timeline.back(pageSize)));
  const wanted = text.toLocaleLowerCase();
  return timeline.items.value
    .filter((item): item is EventItem => item.kind === "event" && item.message?.text?.toLocaleLowerCase().includes(wanted) === true)
    .map(({ event: { id, sender, ts }, message }) => ({ id, sender, text: message?.text ?? "", ts }))
    .toReversed();
}
