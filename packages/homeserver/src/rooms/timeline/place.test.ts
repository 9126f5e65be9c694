import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  earlierPlace,
  formatTimelineToken,
  hasPlacesBetween,
  historyEnd,
  laterPlace,
  parseTimelineToken,
  placeAfter,
  placeAtCut,
  placeBefore,
  placeInPast,
  timelineEnd,
  timelineStart,
} from "./place.ts";
import { counterOf, position, shardOf } from "../../log/position.ts";

const positions = fc.integer({ min: 1, max: 2 ** 40 }).map((counter) => position(counter, 3));

describe("places", () => {
  it("lie right before and right after an event, in the order of the events", () => {
    fc.assert(
      fc.property(positions, positions, (a, b) => {
        expect(placeBefore(placeAfter(a)) < placeAfter(a)).toBe(true);
        if (a < b) expect(placeAfter(a) <= placeBefore(placeAfter(b))).toBe(true);
        expect(earlierPlace(placeAfter(a), placeAfter(b))).toBe(placeAfter(Math.min(a, b)));
      }),
    );
  });

  it("of the past come before those of every event that was there, each before the last", () => {
    let oldest = historyEnd;
    for (let i = 0; i < 100; i++) {
      const older = placeInPast(oldest, 1);
      expect(timelineStart < placeBefore(older) && older < oldest && older < historyEnd).toBe(true);
      expect(placeInPast(historyEnd, i + 1)).toBe(older);
      oldest = older;
    }
  });

  it("of the past in a gap are positions of the log that lie between those of the events around it, as many as there are", () => {
    fc.assert(
      fc.property(positions, fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: 9_000 }), (pos, free, count) => {
        const end = placeAfter(position(counterOf(pos) + free + 1, 3));
        expect(hasPlacesBetween(placeAfter(pos), end, count)).toBe(count <= free);
        const place = placeInPast(end, Math.min(count, free));
        expect([placeAfter(pos) < place, place < end, shardOf(place)]).toEqual([true, true, 3]);
        expect(laterPlace(place, end)).toBe(end);
      }),
    );
  });

  it("of a cut follow the last event that it covers", () => {
    expect(placeAtCut([5, 7], 1)).toBe(placeAfter(position(7, 1)));
    expect(placeAtCut([5], 1) < placeAfter(position(1, 1))).toBe(true);
  });

  it("come back from their tokens, the ends of a timeline included", () => {
    for (const place of [timelineStart, timelineEnd, historyEnd, placeBefore(historyEnd)])
      expect(parseTimelineToken(formatTimelineToken(place))).toBe(place);
    fc.assert(fc.property(positions, (pos) => parseTimelineToken(formatTimelineToken(placeAfter(pos))) === placeAfter(pos)));
  });

  it("are not read from any other text", () => {
    for (const text of ["", "q", "q-", "Q1", "q1 ", "q1.5", "p1", "qzzzzzzzzzzz", "q--1", "t1", "t57-193_1"])
      expect(parseTimelineToken(text)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => text.startsWith("q") || parseTimelineToken(text) === undefined));
  });
});
