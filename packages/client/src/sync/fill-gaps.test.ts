import type { SyncResponse } from "@patrix/client-api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import { describe, expect, it } from "vitest";
import { type Asked, scriptedHttp } from "../../tests/scripted-http.ts";
import { silentLogger } from "../logger.ts";
import { fillGaps } from "./fill-gaps.ts";

const roomId = "!room:example.org";
const { signal: never } = new AbortController();

function event(n: number): ClientEventWithoutRoomId & { readonly room_id: string } {
  return { event_id: `$${n}`, type: "m.x", sender: "@a:example.org", origin_server_ts: n, content: {}, room_id: roomId };
}
function limited(timeline: object = {}): SyncResponse {
  const events: ClientEventWithoutRoomId[] = [];
  return { next_batch: "now", rooms: { join: { [roomId]: { timeline: { events, limited: true, prev_batch: "p0", ...timeline } } } } };
}

/** Fills the gaps of a response, from what a server answers. */
async function fill(response: SyncResponse, answer: (asked: Asked) => object, { wasJoined = true, signal = never } = {}) {
  const asked: string[] = [];
  const warned: string[] = [];
  const http = scriptedHttp((request) => {
    asked.push(request.query.get("from") ?? "");
    const { path, query } = request;
    expect([path, query.get("dir"), query.get("to"), query.get("limit")]).toEqual([`/rooms/${roomId}/messages`, "b", "since", "100"]);
    return answer(request);
  });
  const logger = { ...silentLogger, warn: (line: string) => void warned.push(line) };
  const gaps = await fillGaps(
    { http, logger, wasJoined: () => wasJoined, lastEventId: () => undefined },
    { since: "since", response, signal },
  );
  return {
    asked,
    warned,
    ids: gaps.get(roomId)?.events.map(({ event_id }) => event_id),
    missing: gaps.get(roomId)?.missingBefore,
    rooms: gaps.size,
  };
}

/** Pages of some events each, newest first, named p0, p1 and so on. */
const pages =
  (...all: readonly (readonly number[])[]) =>
  ({ query }: Asked): object => {
    const at = Number((query.get("from") ?? "").slice(1));
    return { start: `p${at}`, chunk: all[at]?.map(event) ?? [], ...(at + 1 < all.length && { end: `p${at + 1}` }) };
  };

describe("a gap", () => {
  it("is filled page by page, oldest first", async () => {
    const { asked, ids, warned } = await fill(limited(), pages([5, 4], [3, 2], [1]));
    expect([asked, ids, warned]).toEqual([["p0", "p1", "p2"], ["$1", "$2", "$3", "$4", "$5"], []]);
  });

  it("ends where the last sync was, or where there is nothing more", async () => {
    const ending = (more: object) => fill(limited(), () => ({ start: "p0", ...more }));
    expect(await ending({ chunk: [event(1)], end: "since" })).toMatchObject({ asked: ["p0"], ids: ["$1"] });
    expect(await ending({ chunk: [], end: "p1" })).toMatchObject({ asked: ["p0"], ids: [] });
    expect(await ending({ chunk: [event(1)] })).toMatchObject({ asked: ["p0"], ids: ["$1"] });
  });

  it("is none where the timeline is whole, has no place to go on from, or is of a room that is new", async () => {
    for (const response of [limited({ limited: false }), limited({ limited: undefined }), limited({ prev_batch: undefined })])
      expect(await fill(response, pages([1]))).toMatchObject({ asked: [], rooms: 0 });
    expect(await fill(limited(), pages([1]), { wasJoined: false })).toMatchObject({ asked: [], rooms: 0 });
    expect(await fill({ next_batch: "now" }, pages([1]))).toMatchObject({ rooms: 0 });
  });

  it("of more than a thousand events is filled with the newest, with a warning", async () => {
    const hundred = (page: number): number[] => Array.from({ length: 100 }, (_, i) => 2_000 - page * 100 - i);
    const many = await fill(limited(), pages(...Array.from({ length: 12 }, (_, page) => hundred(page))));
    expect([many.asked.length, many.ids?.length, many.ids?.at(-1), many.warned.length]).toEqual([10, 1_000, "$2000", 1]);
    expect(many.missing).toBe("p10");
    const all = await fill(limited(), pages(...Array.from({ length: 10 }, (_, page) => hundred(page))));
    expect([all.ids?.length, all.warned, all.missing]).toEqual([1_000, [], undefined]);
  });

  it("keeps what was fetched before the server failed, with a warning", async () => {
    const failing = pages([3, 2], [1]);
    const { ids, warned, missing } = await fill(limited(), (asked) =>
      asked.query.get("from") === "p0" ? failing(asked) : Response.json({ errcode: "M_FORBIDDEN", error: "no" }, { status: 403 }),
    );
    expect([ids, warned.length, missing]).toEqual([["$2", "$3"], 1, "p1"]);
  });

  it("is left as soon as nobody waits for it", async () => {
    const stopped = new AbortController();
    const filling = fill(
      limited(),
      () => {
        stopped.abort(new Error("stopped"));
        throw stopped.signal.reason;
      },
      { signal: stopped.signal },
    );
    await expect(filling).rejects.toThrow("stopped");
  });
});
