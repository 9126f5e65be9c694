import { search } from "@patrix/client-api";
import { handle, rawJson } from "@patrix/server";
import { limits } from "../../limits.ts";
import type { RoomAccess } from "../../rooms/read/room-reader.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { type AnswerParts, answerSearch, type Searcher } from "../../search/search-answer.ts";
import type { Registration } from "../registration.ts";
import { eventListTexts, streamedJson } from "./event-list.ts";

/** The handler that searches what was said. */
export function searchHandlers(parts: AnswerParts): Registration[] {
  return [
    handle(search, async ({ query, body }, { user }) => {
      const criteria = body.search_categories.room_events;
      if (!criteria) return { search_categories: {} };
      const searcher: Searcher = { userNid: user.userNid, deviceNid: user.deviceNid };
      const { members, rooms } = await answerSearch(parts, searcher, { criteria, nextBatch: query?.next_batch });
      const [before, after] = [`{"search_categories":{"room_events":{${members}`, "}}}"];
      if (!criteria.include_state) return rawJson(before + after);
      return streamedJson(() => withState(parts.rooms, rooms, [before, after]));
    }),
  ];
}

/** Adds the states of rooms to an answer, room by room. */
async function* withState(
  rooms: Rooms,
  found: readonly RoomAccess[],
  [before, after]: readonly [before: string, after: string],
): AsyncGenerator<string> {
  yield `${before},"state":{`;
  let bytes = 0;
  for (const [i, { room, state }] of found.entries()) {
    if (bytes >= limits.searchStateBytes.value) break;
    const name = `${i === 0 ? "" : ","}${JSON.stringify(room.id)}:`;
    for await (const text of eventListTexts(rooms, state, { roomId: room.id, around: [`${name}[`, "]"] })) {
      bytes += text.length;
      yield text;
    }
  }
  yield `}${after}`;
}
