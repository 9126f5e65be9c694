import type { JsonObject } from "@patrix/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, roomOf, state } from "../../../tests/room-of.ts";
import { stateEvent } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import { withdrawAlias } from "./withdraw-alias.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
});
beforeEach(async () => {
  room = await roomOf(fixture, { joined: [bob] });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const [main, gone, kept] = ["#main:example.org", "#gone:example.org", "#kept:example.org"];

/** What is left of a content after an alias was withdrawn; `undefined` where nothing was sent. */
async function after(content: JsonObject, alias: string, sender = alice): Promise<JsonObject | undefined> {
  const { nid } = await fixture.engine.send(room, state("m.room.canonical_alias", content));
  await withdrawAlias(fixture, room, alias, sender);
  const event = await stateEvent(fixture.rooms, room, "m.room.canonical_alias");
  return event?.nid === nid ? undefined : event?.content;
}

describe("an alias that is withdrawn", () => {
  it("goes from where the room names it, and what else is said there stays", async () => {
    expect(await after({ alias: gone, alt_aliases: [gone, kept], more: 1 }, gone)).toEqual({ alt_aliases: [kept], more: 1 });
    expect(await after({ alias: main, alt_aliases: [kept, gone] }, gone)).toEqual({ alias: main, alt_aliases: [kept] });
    expect(await after({ alias: main, alt_aliases: [gone] }, gone)).toEqual({ alias: main });
    expect(await after({ alias: gone }, gone)).toEqual({});
  });

  it("changes nothing of a room that does not name it", async () => {
    for (const content of [{ alias: main, alt_aliases: [kept] }, { alias: main }, { alt_aliases: "text" }, { alt_aliases: [] }, {}])
      expect(await after(content, gone)).toBeUndefined();
    const bare = await roomOf(fixture);
    const { end } = bare.view;
    await withdrawAlias(fixture, bare, gone, alice);
    expect(bare.view.end).toBe(end);
  });

  it("stays named where who removed it may not say so, which is no failure", async () => {
    expect(await after({ alias: gone }, gone, bob)).toBeUndefined();
  });

  it("fails where the change cannot be stored", async () => {
    await fixture.engine.send(room, state("m.room.canonical_alias", { alias: gone }));
    vi.spyOn(fixture.core.store, "commit").mockRejectedValueOnce(new Error("the disk is full"));
    await expect(withdrawAlias(fixture, room, gone, alice)).rejects.toThrow("the disk is full");
  });
});
