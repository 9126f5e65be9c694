/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Servers that cannot reach each other for hours and days, on one clock.
import { expect, it } from "vitest";
import { clockedRoom, DAY_MS, HOUR_MS, MINUTE_MS, say, textsOf } from "./clocked-room.ts";

it("a server that does not answer is tried after longer and longer times, up to a day, and at once when it is heard from", async () => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example"] });
  const { clock, network, faults, room, members } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable()] = members;
  const tries: number[] = [];
  const decide = network.fault;
  network.fault = (request) => {
    if (request.to === "b.example" && request.target.includes("/send/")) tries.push(clock.now());
    return decide?.(request);
  };
  faults.part(["a.example"], ["b.example"]);
  const startTs = clock.now();
  await say(ann, room, "away");
  await clock.advance(14 * DAY_MS);
  const waits = tries.map((ts, index) => ts - (tries[index - 1] ?? startTs));
  // Those at once are for a server that was only restarted.
  const quick = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
  expect(waits.slice(0, quick.length)).toEqual(quick);
  const later = waits.slice(quick.length);
  expect(later.length).toBeGreaterThan(15);
  // Its failures within the first minute count as one: a minute, doubled by each failure, at most a day, and up to a fifth less by chance.
  const full = later.map((_, index) => Math.min(DAY_MS, MINUTE_MS * 2 ** (index + 1)));
  for (const [index, waited] of later.entries()) {
    expect(waited).toBeLessThanOrEqual(full[index] ?? 0);
    expect(waited).toBeGreaterThanOrEqual((full[index] ?? 0) * 0.8 - 1);
  }
  faults.heal();
  const healedTs = clock.now();
  await say(bob, room, "back");
  await clock.settle();
  expect([clock.now() - healedTs, await textsOf(bob, room), await textsOf(ann, room)]).toEqual([0, ["back", "away"], ["away", "back"]]);
  // The failures are forgotten: the next outage begins anew.
  faults.part(["a.example"], ["b.example"]);
  tries.splice(0);
  await say(ann, room, "away again");
  await clock.advance(MINUTE_MS);
  expect(tries.map((ts) => ts - healedTs)).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 30_500]);
});

it.each([
  ["an hour", HOUR_MS, 20],
  ["a week", 7 * DAY_MS, 60],
])("after an outage of %s every server has all that was said, in the order in which each has said it", async (_, outageMs, count) => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example", "c.example"] });
  const { clock, faults, room, members } = together;
  faults.part(["a.example"], ["b.example", "c.example"]);
  const said: string[] = [];
  for (let round = 0; round < count; round++) {
    for (const [index, member] of members.entries()) {
      said.push(`${index} ${round}`);
      await say(member, room, `${index} ${round}`);
    }
    await clock.advance(outageMs / count);
  }
  const [first = expect.unreachable()] = members;
  expect(await textsOf(first, room)).toHaveLength(count);
  faults.heal();
  // Nobody speaks: each is tried again within a day by itself.
  await clock.advance(DAY_MS);
  for (const member of members) {
    const texts = await textsOf(member, room);
    expect(texts.toSorted()).toEqual(said.toSorted());
    for (const index of members.keys()) {
      const ofOne = (all: readonly string[]): string[] => all.filter((text) => text.startsWith(`${index} `));
      expect(ofOne(texts)).toEqual(ofOne(said));
    }
  }
});
