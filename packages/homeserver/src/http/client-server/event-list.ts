import { rawJson, type RawJson, streamedReply, type StreamedReply } from "@patrix/server";
import { limits } from "../../limits.ts";
import { renderEvents } from "../../rooms/read/render-event.ts";
import { eventsInOrder } from "../../rooms/read/state-event.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { RoomState } from "../../rooms/state/room-state.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";

/** What of a state goes into an answer, and how. */
export interface EventListOptions {
  readonly roomId: string;
  /** What stands before the first and after the last of them, as JSON. */
  readonly around: readonly [before: string, after: string];
  readonly wanted?: (event: StoredEvent) => boolean;
  /** What stands for an event, as JSON; left out, the event as clients see it. */
  readonly render?: (event: StoredEvent) => string;
}

/** Answers with the events of a state, or what stands for each, in the order in which they were sent: in slices where there are many. */
export async function eventList(rooms: Rooms, state: RoomState, options: EventListOptions): Promise<RawJson | StreamedReply> {
  return eventListOf(rooms, numbersIn(state), options);
}

/** As {@link eventList}, with events by number. */
export async function eventListOf(rooms: Rooms, eventNids: readonly number[], options: EventListOptions): Promise<RawJson | StreamedReply> {
  if (eventNids.length > limits.stateEventsInSlice.value) return streamedJson(() => slices(rooms, eventNids, options));
  let text = "";
  for await (const slice of slices(rooms, eventNids, options)) text += slice;
  return rawJson(text);
}

/** Answers with JSON that is made piece by piece while it is sent. */
export function streamedJson(texts: () => AsyncIterable<string>): StreamedReply {
  return streamedReply(() => encode(texts()), { headers: { "content-type": "application/json" } });
}

async function* encode(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}

/** The pieces of such an answer. */
export function eventListTexts(rooms: Rooms, state: RoomState, options: EventListOptions): AsyncGenerator<string> {
  return slices(rooms, numbersIn(state), options);
}

function numbersIn(state: RoomState): number[] {
  return [...state.entries()].map(([, nid]) => nid);
}

async function* slices(
  rooms: Rooms,
  eventNids: readonly number[],
  { roomId, around: [before, after], wanted, render }: EventListOptions,
): AsyncGenerator<string> {
  const nids = eventNids.toSorted((a, b) => a - b);
  const size = limits.stateEventsInSlice.value;
  yield before;
  let separator = "";
  for (let at = 0; at < nids.length; at += size) {
    const all = await eventsInOrder(rooms, nids.slice(at, at + size));
    const events = wanted ? all.filter(wanted) : all;
    const texts = render ? events.map(render) : await renderEvents(rooms, events, { roomId });
    if (texts.length === 0) continue;
    yield separator + texts.join(",");
    separator = ",";
  }
  yield after;
}
