import type { SyncResponse } from "@patrix/client-api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import { beforeEach, describe, expect, it } from "vitest";
import { scriptedHttp } from "../../tests/scripted-http.ts";
import { silentLogger } from "../logger.ts";
import { EditCheck } from "./edit-check.ts";

const [roomId, otherRoom] = ["!room:example.org", "!other:example.org"] as const;
const [ann, eve] = ["@ann:example.org", "@eve:example.org"] as const;
const { signal } = new AbortController();
let counter = 0;

type Event = ClientEventWithoutRoomId;
function message(content: object = { msgtype: "m.text", body: "x" }, more: Partial<Event> = {}): Event {
  counter += 1;
  return { event_id: `$e${counter}`, type: "m.room.message", sender: ann, origin_server_ts: counter, content: { ...content }, ...more };
}
function edit(
  { event_id }: Pick<Event, "event_id">,
  more: Partial<Event> = {},
  content: object = { body: "new", msgtype: "m.text" },
): Event {
  return message({ body: "* new", msgtype: "m.text", "m.new_content": content, "m.relates_to": { rel_type: "m.replace", event_id } }, more);
}

/** What the server has, beside what it tells of. */
let stored: Event[] = [];
/** Events that were asked for. */
let asked: string[] = [];
let warned: string[] = [];
let heard: (type: string) => boolean = () => true;
let check: EditCheck;
beforeEach(() => {
  [stored, asked, warned, heard] = [[], [], [], () => true];
  const http = scriptedHttp(({ path }) => {
    const id = path.split("/").at(-1) ?? "";
    asked.push(id);
    const found = stored.find(({ event_id }) => event_id === id);
    return found ? { ...found, room_id: roomId } : Response.json({ errcode: "M_NOT_FOUND", error: "no" }, { status: 404 });
  });
  const logger = { ...silentLogger, warn: (line: string) => void warned.push(line) };
  check = new EditCheck({ http, logger, reveal, isHeard: (type) => heard(type) });
});

const reveal = async <E>(_: string, event: E): Promise<E> => event;

/** Takes in a response with some events, in order. @returns Which of them are handed on. */
async function delivered(events: readonly Event[], gap: readonly Event[] = []): Promise<boolean[]> {
  const response: SyncResponse = { next_batch: "t", rooms: { join: { [roomId]: { timeline: { events: [...events] } } } } };
  await check.load({ response, gaps: new Map([[roomId, { events: gap, missingBefore: undefined }]]), signal });
  return events.map((event) => check.accepts(roomId, event));
}

describe("an edit", () => {
  it("counts where its sender has sent what it replaces, in the same response, its gap or an earlier one", async () => {
    const [first, inGap, second] = [message(), message(), message()];
    expect(await delivered([first, edit(first), edit(inGap)], [inGap])).toEqual([true, true, true]);
    expect(await delivered([second])).toEqual([true]);
    expect(await delivered([edit(first), edit(inGap), edit(second)])).toEqual([true, true, true]);
    expect(asked).toEqual([]);
  });

  it("counts for nothing where another has sent it, or where it is of another type", async () => {
    const original = message();
    const forged = [edit(original, { sender: eve }), edit(original, { type: "m.sticker" })];
    expect(await delivered([original, ...forged, edit(original)])).toEqual([true, false, false, true]);
  });

  it("counts for nothing as an edit of an edit, or of state", async () => {
    const original = message();
    const first = edit(original);
    const topic = message({ topic: "x" }, { type: "m.room.message", state_key: "" });
    expect(await delivered([original, first, edit(first), topic, edit(topic)])).toEqual([true, true, false, true, false]);
  });

  it("is no edit where it is state, or relates in another way", async () => {
    const state = edit({ event_id: "$nowhere" }, { type: "m.room.message", state_key: "" });
    const reply = message({ body: "x", "m.relates_to": { "m.in_reply_to": { event_id: "$nowhere" } } });
    expect([await delivered([state, reply]), asked]).toEqual([[true, true], []]);
  });

  it("needs a new content, which of an encrypted one cannot be seen", async () => {
    const [plain, secret] = [message(), message({ ciphertext: "x" }, { type: "m.room.encrypted" })];
    const without = ({ event_id }: Event, type: string): Event =>
      message({ body: "x", "m.relates_to": { rel_type: "m.replace", event_id } }, { type });
    const edits = [without(plain, "m.room.message"), without(secret, "m.room.encrypted")];
    expect(await delivered([plain, secret, ...edits])).toEqual([true, true, false, true]);
  });

  it("counts for nothing once what it replaces is redacted, which is asked for again", async () => {
    const original = message();
    expect(await delivered([original, edit(original)])).toEqual([true, true]);
    stored = [{ ...original, content: {}, unsigned: { redacted_because: { ...message({}, { type: "m.room.redaction" }) } } }];
    const redacted = message({ redacts: original.event_id }, { type: "m.room.redaction" });
    expect(await delivered([redacted, edit(original)])).toEqual([true, false]);
    expect(asked).toEqual([original.event_id]);
    // As room versions before 11 have it.
    const older = message();
    await delivered([older]);
    const asBefore = { ...message({}, { type: "m.room.redaction" }), redacts: older.event_id };
    expect(await delivered([asBefore, edit(older)])).toEqual([true, false]);
  });

  it("is of its own room", async () => {
    const original = message();
    const response: SyncResponse = { next_batch: "t", rooms: { leave: { [otherRoom]: { timeline: { events: [original] } } } } };
    await check.load({ response, signal });
    expect([check.accepts(otherRoom, edit(original)), check.accepts(roomId, edit(original))]).toEqual([true, false]);
  });
});

describe("what an edit replaces", () => {
  it("is fetched where it is not known, once, and kept", async () => {
    const old = message();
    stored = [old];
    expect(await delivered([edit(old), edit(old), edit(old, { sender: eve })])).toEqual([true, true, false]);
    expect(await delivered([edit(old)])).toEqual([true]);
    expect(asked).toEqual([old.event_id]);
  });

  it("is nothing that the server does not show", async () => {
    expect([await delivered([edit({ event_id: "$hidden" })]), asked]).toEqual([[false], ["$hidden"]]);
  });

  it("is not asked for where nobody hears of such events", async () => {
    heard = (type) => type !== "m.room.message";
    expect([await delivered([edit({ event_id: "$old" })]), asked]).toEqual([[false], []]);
  });

  it("is fetched for so many edits of a response, and for no more, with a warning", async () => {
    stored = Array.from({ length: 203 }, () => message());
    const accepted = await delivered(stored.map((event) => edit(event)));
    expect([asked.length, accepted.filter(Boolean).length, warned]).toEqual([200, 200, [expect.stringContaining("3 edits")]]);
    warned = [];
    stored = Array.from({ length: 200 }, () => message());
    expect([new Set(await delivered(stored.map((event) => edit(event)))), warned]).toEqual([new Set([true]), []]);
  });

  it("fails the response where the server cannot be reached", async () => {
    const http = scriptedHttp(() => {
      throw new TypeError("fetch failed");
    });
    check = new EditCheck({ http, logger: silentLogger, reveal, isHeard: () => true });
    await expect(delivered([edit({ event_id: "$old" })])).rejects.toMatchObject({ code: "NETWORK_ERROR" });
  });
});
