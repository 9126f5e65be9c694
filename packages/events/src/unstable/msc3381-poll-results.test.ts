import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "@patrix/api";
import { countVotes, type PollEvent } from "./msc3381-poll-results.ts";

const alice = "@alice:a.example";
const bob = "@bob:a.example";
const carol = "@carol:a.example";
const pollId = "$poll";

let count = 0;
const event = (type: string, sender: string, ts: number, content: JsonObject, more: object = {}): PollEvent =>
  ({ type: `org.matrix.msc3381.poll.${type}`, sender, origin_server_ts: ts, event_id: `$${count++}`, content, ...more }) as PollEvent;
const about = { rel_type: "m.reference", event_id: pollId };
const vote = (sender: string, ts: number, answers: unknown, more: object = {}): PollEvent =>
  event("response", sender, ts, { "m.relates_to": about, "org.matrix.msc3381.poll.response": { answers } as JsonObject }, more);
const end = (sender: string, ts: number): PollEvent =>
  event("end", sender, ts, { "m.relates_to": about, "org.matrix.msc3381.poll.end": {} });
const answer = (id: string): JsonObject => ({ id, "org.matrix.msc1767.text": `the ${id}` });
const poll = (more: JsonObject = {}, ids = ["tea", "coffee", "milk"]): PollEvent => {
  const start = { question: { "org.matrix.msc1767.text": "What?" }, answers: ids.map(answer), ...more };
  return event("start", alice, 10, { "org.matrix.msc3381.poll.start": start }, { event_id: pollId });
};
const nobody = (): boolean => false;
const votes = (start: PollEvent, related: readonly PollEvent[], mayEnd: (user: string) => boolean = nobody): object =>
  Object.fromEntries((countVotes(start, related, mayEnd)?.answers ?? []).map(({ id, voters }) => [id, voters]));

describe("the votes of a poll", () => {
  it("are counted by answer, in the order of voting", () => {
    const related = [vote(carol, 14, ["tea"]), vote(alice, 12, ["coffee"]), vote(bob, 13, ["tea"])];
    expect(countVotes(poll(), related, nobody)).toEqual({
      question: "What?",
      answers: [
        { id: "tea", text: "the tea", voters: [bob, carol] },
        { id: "coffee", text: "the coffee", voters: [alice] },
        { id: "milk", text: "the milk", voters: [] },
      ],
      maxSelections: 1,
      isDisclosed: false,
      endedTs: undefined,
    });
  });

  it("are those that came last, in whatever order they are read; an empty or spoilt one takes the one before back", () => {
    expect(votes(poll(), [vote(bob, 13, ["milk"]), vote(bob, 12, ["tea"])])).toEqual({ tea: [], coffee: [], milk: [bob] });
    for (const spoilt of [[], ["beer"], ["beer", "tea"], "tea", undefined, [1]])
      expect(votes(poll(), [vote(bob, 12, ["tea"]), vote(bob, 13, spoilt)])).toEqual({ tea: [], coffee: [], milk: [] });
  });

  it("are as many of one user as the poll allows, each once", () => {
    const two = poll({ max_selections: 2 });
    expect(votes(two, [vote(bob, 12, ["tea", "milk", "beer"])])).toEqual({ tea: [bob], coffee: [], milk: [bob] });
    expect(votes(two, [vote(bob, 12, ["tea", "tea", "milk"])])).toEqual({ tea: [bob], coffee: [], milk: [] });
    expect(votes(poll({ max_selections: -3 }), [vote(bob, 12, ["tea", "milk"])])).toEqual({ tea: [bob], coffee: [], milk: [] });
  });

  it("count until the poll is ended by whoever may, for the first time", () => {
    const late = [vote(bob, 12, ["tea"]), end(alice, 15), end(alice, 20), vote(bob, 16, ["milk"]), vote(carol, 15, ["milk"])];
    expect(votes(poll(), late)).toEqual({ tea: [bob], coffee: [], milk: [carol] });
    expect(countVotes(poll(), late, nobody)?.endedTs).toBe(15);
    expect(countVotes(poll(), [end(bob, 15)], nobody)?.endedTs).toBeUndefined();
    expect(countVotes(poll(), [end(bob, 15)], (user) => user === bob)?.endedTs).toBe(15);
  });

  it("are none of what was redacted, or is about something else", () => {
    const redacted = { unsigned: { redacted_because: {} } };
    const elsewhere = event("response", carol, 12, {
      "m.relates_to": { ...about, event_id: "$other" },
      "org.matrix.msc3381.poll.response": { answers: ["tea"] },
    });
    expect(votes(poll(), [vote(bob, 12, ["tea"], redacted), elsewhere])).toEqual({ tea: [], coffee: [], milk: [] });
  });

  it("are of the first twenty answers", () => {
    const ids = Array.from({ length: 22 }, (_, i) => `a${i}`);
    const results = countVotes(poll({}, ids), [vote(bob, 12, ["a20"]), vote(carol, 12, ["a19"])], nobody);
    expect(results?.answers.map(({ voters }) => voters).flat()).toEqual([carol]);
    expect(results?.answers).toHaveLength(20);
  });

  it("do not depend on the order in which events are read", () => {
    const someVote = fc
      .record({ who: fc.constantFrom(alice, bob, carol), ts: fc.integer({ min: 11, max: 16 }), what: fc.subarray(["tea", "milk", "beer"]) })
      .map(({ who, ts, what }) => vote(who, ts, what));
    const someEnd = fc
      .record({ who: fc.constantFrom(alice, bob), ts: fc.integer({ min: 11, max: 16 }) })
      .map(({ who, ts }) => end(who, ts));
    const some = fc.array(fc.oneof({ weight: 5, arbitrary: someVote }, someEnd), { maxLength: 12 });
    let counted = 0;
    fc.assert(
      fc.property(some, fc.integer(), (events, seed) => {
        const results = countVotes(poll({ max_selections: 2 }), events, nobody);
        const shuffled = events.map((one, i) => [Math.sin(seed + i), one] as const).toSorted(([a], [b]) => a - b);
        expect(
          countVotes(
            poll({ max_selections: 2 }),
            shuffled.map(([, one]) => one),
            nobody,
          ),
        ).toEqual(results);
        counted += results?.answers.flatMap(({ voters }) => voters).length ?? 0;
      }),
    );
    expect(counted).toBeGreaterThan(50);
  });
});

it("what is no poll has no votes", () => {
  const noPolls = [vote(bob, 12, ["tea"]), poll({ answers: "tea" }), { ...poll(), content: {} }];
  for (const start of noPolls) expect(countVotes(start, [], nobody)).toBeUndefined();
});
