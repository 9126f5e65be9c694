import type { StateKeyPair } from "@patrix/state-res";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { EventCache } from "../timeline/event-cache.ts";
import { StateSelector } from "./selected-state.ts";
import { internStateKey } from "./state-key.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
let events: EventCache;
let selector: StateSelector;
beforeAll(async () => {
  fixture = await openRooms();
});
beforeEach(async () => {
  room = await roomOf(fixture);
  events = new EventCache(fixture.core, (nid) => fixture.rooms.byNid(nid)?.version);
  selector = new StateSelector(fixture.core, events);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const create: StateKeyPair = ["m.room.create", ""];
const member: StateKeyPair = ["m.room.member", alice];
/** A key whose names are numbered, with no event in the state. */
const absent: StateKeyPair = ["m.room.member", bob];
let names = 0;
const neverNamed = (): StateKeyPair => ["m.room.member", `@never${++names}:example.org`];

describe("entries of a state that are loaded", () => {
  it("are its events at the keys, and nothing at keys without one or that nobody has named", async () => {
    await internStateKey(fixture.core, ...absent);
    const keys = [create, absent, member, neverNamed(), ["org.example.never", ""]] as const;
    const selected = await selector.load(room.view.state, keys);
    const found = keys.map(([type, stateKey]) => selected.get(type, stateKey)?.fields);
    expect(found).toMatchObject([
      { type: "m.room.create", stateKey: "", roomNid: room.nid },
      undefined,
      { type: "m.room.member", stateKey: alice, roomNid: room.nid },
      undefined,
      undefined,
    ]);
  });

  it("are none but those that were selected", async () => {
    const selected = await selector.load(room.view.state, [member]);
    expect([selected.get(...create), selected.get("m.room.member", ""), selected.get("m.room.create", alice)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("are what authorisation reads", async () => {
    const selected = await selector.load(room.view.state, [create, absent]);
    expect(selected.fetch(...create)).toBe(selected.get(...create)?.authEvent);
    expect([selected.fetch(...create)?.type, selected.fetch(...absent), selected.fetch(...member)]).toEqual([
      "m.room.create",
      undefined,
      undefined,
    ]);
  });

  it("are all stored, or the state is corrupt", async () => {
    const broken = room.view.state.with([[await internStateKey(fixture.core, ...member), 999_999]]);
    for (const keys of [
      [create, member],
      [member, create],
    ])
      await expect(selector.load(broken, keys)).rejects.toMatchObject({
        name: "StoreError",
        code: "CORRUPT",
        message: expect.stringMatching(/999999 at m\.room\.member/) as string,
      });
    expect((await selector.load(broken, [create])).get(...create)?.fields.type).toBe("m.room.create");
  });
});

describe("entries of a state that are in memory", () => {
  it("are selected at once, and are the same as those that are loaded", async () => {
    await internStateKey(fixture.core, ...absent);
    const keys = [create, absent, member];
    const loaded = await selector.load(room.view.state, keys);
    const peeked = selector.peek(room.view.state, keys);
    expect(keys.map((key) => peeked?.get(...key))).toEqual(keys.map((key) => loaded.get(...key)));
    expect(selector.peek(room.view.state, [])).toBeDefined();
  });

  it("are not all there where one event or one name is not", async () => {
    expect(selector.peek(room.view.state, [create])).toBeUndefined();
    await selector.load(room.view.state, [create]);
    expect(selector.peek(room.view.state, [create])).toBeDefined();
    expect(selector.peek(room.view.state, [create, member])).toBeUndefined();
    for (const key of [neverNamed(), ["org.example.never", ""]] as const)
      expect(selector.peek(room.view.state, [create, key])).toBeUndefined();
  });

  it("are those of the state that is asked for", async () => {
    const before = room.view.state;
    await fixture.engine.send(room, state("m.room.topic", { topic: "a" }));
    const topic: StateKeyPair = ["m.room.topic", ""];
    await selector.load(room.view.state, [topic]);
    expect(selector.peek(room.view.state, [topic])?.get(...topic)?.content).toEqual({ topic: "a" });
    expect(selector.peek(before, [topic])?.get(...topic)).toBeUndefined();
  });
});
