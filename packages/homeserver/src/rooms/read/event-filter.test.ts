import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileEventFilter, roomMatcher, typeMatcher } from "./event-filter.ts";

const event = (type: string, sender = "@a:x", content: Record<string, unknown> = {}) => ({ fields: { type, sender }, content });

describe("a filter of events", () => {
  it("limits to what it says, within bounds, and to the default without a word", () => {
    expect(
      [undefined, {}, { limit: 3 }, { limit: 0 }, { limit: -5 }, { limit: 5_000 }].map((filter) => compileEventFilter(filter, 10).limit),
    ).toEqual([10, 10, 3, 0, 0, 1_000]);
  });

  it("has no condition where every event passes", () => {
    expect(compileEventFilter({ limit: 5, lazy_load_members: true }, 10).matches).toBeUndefined();
  });

  it("chooses by sender, type and URL; what is excluded wins", () => {
    const { matches } = compileEventFilter(
      { senders: ["@a:x", "@b:x"], not_senders: ["@b:x"], types: ["m.*"], not_types: ["m.room.topic"] },
      10,
    );
    expect(matches?.(event("m.room.name"))).toBe(true);
    expect(matches?.(event("m.room.topic"))).toBe(false);
    expect(matches?.(event("org.example"))).toBe(false);
    expect(matches?.(event("m.room.name", "@b:x"))).toBe(false);
    expect(matches?.(event("m.room.name", "@c:x"))).toBe(false);
    for (const wanted of [true, false]) {
      const byUrl = compileEventFilter({ contains_url: wanted }, 10).matches;
      expect([byUrl?.(event("m", "@a:x", { url: "mxc://a/b" })), byUrl?.(event("m", "@a:x", { url: 5 }))]).toEqual([wanted, !wanted]);
    }
  });
});

it("a filter of events chooses by how an event relates to another", () => {
  const passed = (filter: object): unknown[] => {
    const { matches } = compileEventFilter({ senders: ["@a:x"], ...filter }, 10);
    const relations = [undefined, { rel_type: "m.thread" }, { rel_type: "m.reference" }, { rel_type: 5 }, "m.thread"];
    return relations.map((relation) => matches?.(event("m", "@a:x", { "m.relates_to": relation })));
  };
  expect(passed({ "org.matrix.msc3874.rel_types": ["m.thread"] })).toEqual([false, true, false, false, false]);
  expect(passed({ "org.matrix.msc3874.not_rel_types": ["m.thread"] })).toEqual([true, false, true, true, true]);
  const both = { "org.matrix.msc3874.rel_types": ["m.thread", "m.reference"], "org.matrix.msc3874.not_rel_types": ["m.thread"] };
  expect(passed(both)).toEqual([false, false, true, false, false]);
  expect(passed({ "org.matrix.msc3874.rel_types": "m.thread" })).toEqual([true, true, true, true, true]);
});

describe("types", () => {
  it("match as a regular expression of the pattern would", () => {
    const pattern = fc.stringMatching(/^[ab*.]{0,8}$/);
    const type = fc.stringMatching(/^[ab.]{0,10}$/);
    fc.assert(
      fc.property(pattern, type, (wanted, given) => {
        const expression = new RegExp(
          `^${wanted
            .split("*")
            .map((piece) => piece.replaceAll(".", "\\."))
            .join(".*")}$`,
        );
        expect(typeMatcher({ types: [wanted] })?.(given)).toBe(expression.test(given));
        expect(typeMatcher({ not_types: [wanted] })?.(given)).toBe(!expression.test(given));
      }),
      { numRuns: 2_000 },
    );
  });

  it("are no condition where none are named", () => {
    expect(typeMatcher({})).toBeUndefined();
    expect(typeMatcher({ types: [] })?.("m.room.name")).toBe(false);
  });
});

it("rooms pass unless they are excluded, or others are named", () => {
  expect(roomMatcher(undefined)("!a")).toBe(true);
  expect(roomMatcher({ rooms: ["!a"] })("!a")).toBe(true);
  expect(roomMatcher({ rooms: ["!a"] })("!b")).toBe(false);
  expect(roomMatcher({ rooms: ["!a"], not_rooms: ["!a"] })("!a")).toBe(false);
});
