import type { ClientEventWithoutRoomId } from "@patrix/events";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventWindow } from "./event-window.ts";

const event = (n: number): ClientEventWithoutRoomId => ({
  event_id: `$${n}`,
  type: "m.x",
  sender: "@a:b",
  origin_server_ts: n,
  content: {},
});
const range = (from: number, to: number): ClientEventWithoutRoomId[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => event(from + index));
const numbers = (window: EventWindow): number[] => window.events.map(({ origin_server_ts: n }) => n);

describe("a window of events", () => {
  it("grows at both ends by pages that overlap it in any way, each event once and in order", () => {
    const pages = fc.array(fc.record({ isOlder: fc.boolean(), size: fc.integer({ min: 1, max: 8 }), overlap: fc.nat(5) }), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(pages, (all) => {
        const window = new EventWindow();
        let [first, end] = [100, 100];
        for (const { isOlder, size, overlap } of all) {
          const inside = Math.min(overlap, end - first);
          if (isOlder) {
            const added = window.prepend(range(first - size, first + inside));
            expect(added.length).toBe(size);
            first -= size;
          } else {
            window.append(range(end - inside, end + size));
            end += size;
          }
          expect(numbers(window)).toEqual(Array.from({ length: end - first }, (_, index) => first + index));
        }
      }),
    );
  });

  it("puts what a page knows besides where the page has it", () => {
    const window = new EventWindow();
    window.append([event(3), event(5)]);
    expect(window.prepend(range(1, 7)).map(({ event_id }) => event_id)).toEqual(["$1", "$2", "$4", "$6"]);
    expect(numbers(window)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("replaces events, and forgets", () => {
    const window = new EventWindow();
    window.append(range(1, 5));
    expect([window.replace({ ...event(2), type: "m.y" }), window.replace(event(9))]).toEqual([true, false]);
    expect(window.events[1]?.type).toBe("m.y");
    window.clear(2);
    expect([numbers(window), window.has("$2"), window.has("$3")]).toEqual([[3, 4], false, true]);
  });
});
