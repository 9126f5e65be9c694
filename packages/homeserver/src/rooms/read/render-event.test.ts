import type { JsonObject } from "@patrix/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { compileFieldPicker } from "./field-picker.ts";
import { renderEvents, type RenderOptions, renderStripped } from "./render-event.ts";
import type { Outlook } from "./visibility.ts";

let now = 1_700_000_000_000;
let fixture: ComposedRooms;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms({ clock: { now: () => now } });
});
beforeEach(async () => {
  fixture.rooms.erasedUsers.clear();
  room = await roomOf(fixture, { joined: [bob] });
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** What is told along with events to one who was joined, or whatever else. */
const outlook = (membership = "join", seesReplaced = true): Outlook => ({ membership: () => membership, seesReplaced: () => seesReplaced });

async function render(event: StoredEvent, options: RenderOptions = {}): Promise<JsonObject & { readonly unsigned: JsonObject }> {
  const [text = ""] = await renderEvents(fixture.rooms, [event], options);
  return JSON.parse(text) as JsonObject & { readonly unsigned: JsonObject };
}
/** The event as it is now, with what was redacted since. */
const again = async ({ nid }: StoredEvent): Promise<StoredEvent> =>
  (await fixture.rooms.events.get(nid)) ?? expect.unreachable("the event is gone");
const redact = ({ eventId: redacts }: StoredEvent): Promise<StoredEvent> =>
  fixture.engine.send(room, { type: "m.room.redaction", sender: alice, content: { reason: "spam" }, redacts });

describe("an event for a client", () => {
  it("has its age, and never a negative one", async () => {
    const event = await fixture.engine.send(room, message("x"));
    now += 7;
    expect((await render(event)).unsigned).toEqual({ age: 7 });
    now -= 1_000;
    expect((await render(event)).unsigned).toEqual({ age: 0 });
    now += 1_000;
  });

  it("has the room's ID where that is asked for", async () => {
    const event = await fixture.engine.send(room, message("x"));
    const rendered = await render(event);
    expect(rendered).toEqual({ ...(JSON.parse(`${event.fragment}}`) as object), unsigned: { age: 0 } });
    expect(await render(event, { roomId: 'a"b' })).toEqual({ ...rendered, room_id: 'a"b' });
  });

  it("has its transaction ID for the device that sent it, and for no other", async () => {
    const event = await fixture.engine.send(room, message("x"), { deviceNid: 64, txn: 'a"b' });
    const seen = async (deviceNid: number | undefined): Promise<unknown> =>
      (await render(event, { viewer: { userNid: 1, deviceNid } })).unsigned["transaction_id"];
    expect([await seen(64), await seen(128), await seen(undefined)]).toEqual(['a"b', undefined, undefined]);
    expect((await render(event)).unsigned).not.toHaveProperty("transaction_id");
    const other = await fixture.engine.send(room, message("x"));
    expect((await render(other, { viewer: { userNid: 1, deviceNid: undefined } })).unsigned).toEqual({ age: 0 });
  });

  it("has the reader's membership at that time, where it is known", async () => {
    const event = await fixture.engine.send(room, message("x"));
    expect((await render(event, { outlook: outlook("invite") })).unsigned).toEqual({ age: 0, membership: "invite" });
  });

  it("has what it replaced, and the content of that for who may see it", async () => {
    const first = await fixture.engine.send(room, state("m.room.topic", { topic: "a" }));
    const second = await fixture.engine.send(room, state("m.room.topic", { topic: "b" }));
    const replaces = { replaces_state: first.eventId };
    expect((await render(second)).unsigned).toEqual({ age: 0, ...replaces });
    expect((await render(second, { outlook: outlook("join", false) })).unsigned).toEqual({ age: 0, membership: "join", ...replaces });
    expect((await render(second, { outlook: outlook() })).unsigned["prev_content"]).toEqual({ topic: "a" });
    expect((await render(first, { outlook: outlook() })).unsigned).toEqual({ age: 0, membership: "join" });
    await redact(first);
    expect((await render(second, { outlook: outlook() })).unsigned["prev_content"]).toEqual({});
  });

  it("has what redacted it, and nothing that was redacted", async () => {
    const event = await fixture.engine.send(room, message("x"));
    const redaction = await redact(event);
    const rendered = await render(await again(event), { roomId: room.id, outlook: outlook() });
    expect(rendered).toMatchObject({ content: {}, room_id: room.id });
    const because = { type: "m.room.redaction", event_id: redaction.eventId, content: { reason: "spam", redacts: event.eventId } };
    expect(rendered.unsigned).toMatchObject({ age: 0, membership: "join", redacted_because: because });
  });

  it("is the PDU where that is asked for", async () => {
    const event = await fixture.engine.send(room, message("x"));
    expect(await render(event, { format: "federation" })).toEqual({ ...event.pdu, unsigned: { age: 0 } });
    await redact(event);
    expect(await render(await again(event), { format: "federation" })).toMatchObject({ hashes: event.pdu["hashes"], content: {} });
  });

  it("has only the fields that were asked for", async () => {
    const event = await fixture.engine.send(room, message("x"));
    expect(await render(event, { fields: compileFieldPicker(["content.body", "unsigned.age"]) })).toEqual({
      content: { body: "x" },
      unsigned: { age: 0 },
    });
  });

  it("comes in the order that was asked for, once for each", async () => {
    const events = [];
    for (const body of ["a", "b", "c"]) events.push(await fixture.engine.send(room, message(body)));
    const texts = await renderEvents(fixture.rooms, events.toReversed(), {});
    expect(texts.map((text) => (JSON.parse(text) as { content: { body: string } }).content.body)).toEqual(["c", "b", "a"]);
    expect(await renderEvents(fixture.rooms, [], {})).toEqual([]);
  });
});

describe("what an erased account has sent", () => {
  it("is withheld from who was not in the room then: messages and memberships, and no other state", async () => {
    await fixture.engine.send(room, state("m.room.power_levels", { users: { [bob]: 50 } }));
    const member = { type: "m.room.member", stateKey: bob, sender: bob, content: { membership: "join", displayname: "Bob" } };
    const joined = await fixture.engine.send(room, member);
    const said = await fixture.engine.send(room, message("secret", bob));
    const topic = await fixture.engine.send(room, state("m.room.topic", { topic: "stays" }, bob));
    const content = async (event: StoredEvent, options: RenderOptions): Promise<unknown> => (await render(event, options))["content"];
    fixture.rooms.erasedUsers.add(said.fields.senderNid);
    for (const format of ["client", "federation"] as const) {
      const late = { format, outlook: outlook("leave") };
      expect([await content(said, late), await content(joined, late), await content(topic, late)]).toEqual([
        {},
        { membership: "join" },
        { topic: "stays" },
      ]);
    }
    const early = { outlook: outlook("join") };
    expect([await content(said, early), await content(joined, early)]).toEqual([said.content, joined.content]);
    expect(await content(said, {})).toEqual(said.content);
    fixture.rooms.erasedUsers.clear();
    expect(await content(said, { outlook: outlook("leave") })).toEqual(said.content);
  });

  it("is withheld as what another event replaced, by what the reader was when that one was sent", async () => {
    const member = { type: "m.room.member", stateKey: bob, sender: bob };
    const renamed = await fixture.engine.send(room, { ...member, content: { membership: "join", displayname: "Bob" } });
    const kicked = await fixture.engine.send(room, { ...member, sender: alice, content: { membership: "leave" } });
    fixture.rooms.erasedUsers.add(renamed.fields.senderNid);
    const at = (membership: (event: StoredEvent) => string): Promise<JsonObject> =>
      render(kicked, { outlook: { membership, seesReplaced: () => true } }).then(({ unsigned }) => unsigned);
    expect(await at(() => "leave")).not.toHaveProperty("prev_content");
    expect(await at(({ nid }) => (nid === kicked.nid ? "join" : "leave"))).toMatchObject({ prev_content: { displayname: "Bob" } });
  });
});

it("renders stripped state as its type, key, sender and content", async () => {
  const topic = await fixture.engine.send(room, state("m.room.topic", { topic: "a" }));
  expect(JSON.parse(renderStripped(topic))).toEqual({ type: "m.room.topic", state_key: "", sender: alice, content: { topic: "a" } });
  await redact(topic);
  expect(JSON.parse(renderStripped(await again(topic)))).toMatchObject({ content: {} });
  const said = await fixture.engine.send(room, message("x"));
  expect(JSON.parse(renderStripped(said))).toMatchObject({ state_key: "" });
});
