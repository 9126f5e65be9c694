import type { IncomingResponse } from "@patrix/api";
import { sync, type SyncQuery, type SyncResponse, type SyncRooms } from "@patrix/client-api";
import { parseJson } from "../http/fetch-once.ts";
import type { HttpClient, RequestOptions } from "../http/http-client.ts";
import { Slices } from "../slices.ts";
import { type RoomsText, splitAnswer } from "./split-answer.ts";
import { syncFilter } from "./sync-filter.ts";
import { isSlidingPosition, type PolledSync, type SyncProtocol } from "./sync-protocol.ts";

/** Rooms that are taken in at once. */
const roomsAtOnce = 32;

/** `GET /sync`: all rooms, from the first answer on. */
export function v3Protocol(http: Pick<HttpClient, "send" | "exchange" | "parse">): SyncProtocol {
  return {
    async poll(since, timeout, options) {
      const query = { since, timeout, filter: syncFilter(since !== undefined), use_state_after: true };
      return since === undefined ? pollAll(http, query, options) : { response: await http.send(sync, { query }, options) };
    },
    knows: (position) => !isSlidingPosition(position),
    renewed: () => undefined,
    gapEnd: (position) => position,
  };
}

/** The first answer may be very long: it is read room by room, so that others have their turns meanwhile. */
async function pollAll(http: Parameters<typeof v3Protocol>[0], query: SyncQuery, options: RequestOptions): Promise<PolledSync> {
  const { body, ...answer } = await http.exchange(sync, { query }, { ...options, asBytes: true });
  // As was asked for.
  const bytes = body as Uint8Array;
  const slices = new Slices();
  const split = await splitAnswer(bytes, () => (slices.isOver ? slices.next() : undefined));
  const parse = (read: unknown): SyncResponse => http.parse(sync, { ...answer, body: read } satisfies IncomingResponse);
  const response = parse(parseJson(split?.rest ?? bytes));
  const readPart = ({ section, bytes: members }: RoomsText): SyncRooms =>
    parse({ next_batch: response.next_batch, rooms: { [section]: parseJson(members, "members") } }).rooms ?? {};
  return { response, more: split && readRooms(split.rooms, readPart, response.next_batch) };
}

/** Reads rooms, some at a time. */
async function* readRooms(
  texts: readonly RoomsText[],
  read: (text: RoomsText) => SyncRooms,
  next_batch: string,
): AsyncGenerator<SyncResponse, void, void> {
  const slices = new Slices();
  let rooms: SyncRooms = {};
  let count = 0;
  for (const text of texts) {
    const part = read(text);
    const { section } = text;
    rooms = { ...rooms, [section]: { ...rooms[section], ...part[section] } };
    count += Object.keys(part[section] ?? {}).length;
    if (slices.isOver) await slices.next();
    if (count < roomsAtOnce) continue;
    yield { next_batch, rooms };
    await slices.next();
    [rooms, count] = [{}, 0];
  }
  if (count > 0) yield { next_batch, rooms };
}
