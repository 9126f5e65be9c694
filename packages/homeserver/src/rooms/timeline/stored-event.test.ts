import type { JsonObject } from "@patrix/api";
import { toClientEvent } from "@patrix/signatures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, message, roomOf, state } from "../../../tests/room-of.ts";
import type { EventDraft } from "../write/event-draft.ts";
import { eventStatus, StoredEvent, type StoredEventFields } from "./stored-event.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const drafts: readonly [string, EventDraft][] = [
  ["a message", message("secret")],
  ["a state event", state("m.room.topic", { topic: "secret" })],
];

/** An event as it is read from the store, which may differ in some columns. */
async function sent(draft: EventDraft, { version = "12", ...more }: { readonly version?: string } & Partial<StoredEventFields> = {}) {
  const room = await roomOf(fixture, { version });
  const { fields, rules } = await fixture.engine.send(room, draft);
  return new StoredEvent({ ...fields, ...more }, rules);
}

const closed = (fragment: string): JsonObject => JSON.parse(`${fragment}}`) as JsonObject;

describe.each(drafts)("%s", (_, draft) => {
  it("is its PDU, whether that was at hand or is read from its JSON", async () => {
    const room = await roomOf(fixture);
    const { fields, rules, pdu } = await fixture.engine.send(room, draft);
    const [given, read] = [new StoredEvent(fields, rules, pdu), new StoredEvent(fields, rules)];
    expect(JSON.parse(fields.json)).toEqual(pdu);
    for (const event of [given, read]) expect([event.pdu, event.content, event.fragment]).toEqual([pdu, draft.content, read.fragment]);
    expect([given.nid, given.eventId]).toEqual([fields.nid, fields.eventId]);
    // State is read often, and messages are many.
    for (const event of [given, read]) expect(event.pdu === event.pdu).toBe(draft.stateKey !== undefined);
  });

  it.each(["1", "10", "11", "12"])(
    "is for clients what the specification says, but for room and unsigned (version %s)",
    async (version) => {
      const event = await sent(draft, { version });
      const { room_id: room, unsigned: _unsigned, ...expected } = toClientEvent(event.pdu, event.eventId, event.rules);
      expect(room).toMatch(/^!/);
      expect(closed(event.fragment)).toEqual(expected);
      expect(closed(event.fragment)).toMatchObject({ event_id: event.eventId, type: draft.type, content: draft.content, sender: alice });
      expect(closed(event.pduFragment)).toEqual(event.pdu);
      expect(event.fragment).toBe(event.fragment);
    },
  );

  it("without what a server added to it is its PDU", async () => {
    const event = await sent(draft);
    const unsigned = { ...event.pdu, unsigned: { age: 5 } };
    const stored = new StoredEvent({ ...event.fields, json: JSON.stringify(unsigned) }, event.rules, unsigned);
    for (const text of [stored.fragment, stored.pduFragment]) expect(closed(text)).not.toHaveProperty("unsigned");
    expect(closed(stored.pduFragment)).toEqual(event.pdu);
  });

  it("shows nothing of its content once it is redacted, and keeps the PDU that others sign for", async () => {
    for (const pdu of [undefined, (await sent(draft)).pdu]) {
      const whole = await sent(draft);
      const event = new StoredEvent({ ...whole.fields, redactedBy: 64 }, whole.rules, pdu);
      expect(event.content).toEqual({});
      for (const text of [event.fragment, event.pduFragment, event.redactedFragment("client"), event.redactedFragment("federation")])
        expect(text).not.toContain("secret");
      expect(event.pdu["content"]).toEqual(draft.content);
    }
  });

  it("can be shown redacted though it is not", async () => {
    const event = await sent(draft);
    expect(closed(event.redactedFragment("client"))).toEqual({ ...closed(event.fragment), content: {} });
    expect(closed(event.redactedFragment("federation"))).toEqual({ ...event.pdu, content: {} });
    expect([event.content, closed(event.fragment)["content"]]).toEqual([draft.content, draft.content]);
  });
});

describe("an event", () => {
  it("is rejected for authorisation where its status says so, and not otherwise", async () => {
    for (const [name, status] of Object.entries(eventStatus)) {
      const event = await sent(message("x"), { status });
      expect([name, event.authEvent.rejected ?? false]).toEqual([name, name === "rejected"]);
      expect(event.authEvent).toMatchObject({ event_id: event.eventId, type: "m.room.message", sender: alice });
      expect(event.authEvent).toBe(event.authEvent);
    }
  });

  it("weighs more the longer it is, and more as state, which stays parsed", async () => {
    const [short, long] = [await sent(message("x")), await sent(message("x".repeat(1_000)))];
    const topic = await sent(state("m.room.topic", { topic: "x" }), { json: short.fields.json });
    expect(long.weight - short.weight).toBe(2 * (long.fields.json.length - short.fields.json.length));
    expect(short.weight).toBeGreaterThan(2 * short.fields.json.length);
    expect(topic.weight).toBeGreaterThan(short.weight + 4 * short.fields.json.length);
  });
});

it("keeps its PDU while it is new, unless it is large", async () => {
  const small = await sent(message("short"));
  small.keepPdu(small.pdu);
  expect(small.pdu).toBe(small.pdu);
  small.dropPdu();
  expect(small.pdu).not.toBe(small.pdu);
  const large = await sent(message("x".repeat(5_000)));
  large.keepPdu(large.pdu);
  expect(large.pdu).not.toBe(large.pdu);
  expect(large.content["body"]).toHaveLength(5_000);
});
