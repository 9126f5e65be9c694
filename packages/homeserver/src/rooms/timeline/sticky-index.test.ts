import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { limits } from "../../limits.ts";
import { StickyIndex, stickyUntil } from "./sticky-index.ts";

const sticky = (duration: unknown, sentTs: unknown): object => ({
  msc4354_sticky: { duration_ms: duration },
  origin_server_ts: sentTs,
});

describe("until when an event is sticky", () => {
  it("counts from when it was sent, and from its receipt at the latest", () => {
    expect(stickyUntil(sticky(500, 800) as never, 1_000)).toBe(1_300);
    expect(stickyUntil(sticky(500, 9_000) as never, 1_000)).toBe(1_500);
    expect(stickyUntil(sticky(500, 500) as never, 1_000)).toBeUndefined();
  });

  it("is an hour away at most, whatever another server says", () => {
    expect(stickyUntil(sticky(Number.MAX_SAFE_INTEGER, 1_000) as never, 1_000)).toBe(3_601_000);
  });

  it("is never for what says nothing that can be read", () => {
    for (const duration of ["500", 1.5, null, undefined, -5, 0])
      expect(stickyUntil(sticky(duration, 1_000) as never, 1_000)).toBeUndefined();
    expect(stickyUntil(sticky(500, "1000") as never, 1_000)).toBeUndefined();
    for (const odd of [true, [], "x", null]) expect(stickyUntil({ msc4354_sticky: odd, origin_server_ts: 1_000 }, 1_000)).toBeUndefined();
  });
});

describe("the sticky events of a room", () => {
  let fixture: ComposedRooms;
  beforeAll(async () => void (fixture = await openRooms()));
  afterAll(() => fixture[Symbol.asyncDispose]());

  const entry = (nid: number, bytes = 100) => ({ nid, senderNid: 1, expiresTs: Date.now() + 60_000, bytes });

  it("are those between two positions, and go when they could not be stored", async () => {
    const events = await StickyIndex.open(fixture.core);
    for (const nid of [64, 128, 192]) expect(events.append(1, entry(nid))).toHaveLength(1);
    events.append(2, entry(256));
    expect(events.between(1, 64, 192).map(({ nid }) => nid)).toEqual([128, 192]);
    events.revert(1, 128);
    expect(events.between(1, 0, 1_000).map(({ nid }) => nid)).toEqual([64, 192]);
    events.revert(3, 1);
  });

  it("of other servers are sticky no more once they are too much", async () => {
    const events = await StickyIndex.open(fixture.core);
    expect(events.append(1, entry(64, limits.stickyBytes.value))).toHaveLength(1);
    expect(events.append(1, entry(128, 1))).toEqual([]);
    expect(events.between(1, 0, 1_000).map(({ nid }) => nid)).toEqual([64]);
  });
});
