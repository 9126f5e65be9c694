/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Servers of one room on one clock, between which requests are lost, doubled, late and overtaken, which cannot reach each other for minutes or
// days, and one of which lies: once all is well again the honest ones agree on the room.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { testFederation, type TestFederation } from "../../src/testing/index.ts";
import { assertOften } from "../assert-often.ts";
import { DAY_MS, HOUR_MS } from "./clocked-room.ts";
import { FaultyRoom, type Site, sitesOf } from "./faulty-room.ts";
import { lieKinds, liesAt } from "./liar.ts";

const MOST_SERVERS = 6;
/** A server by its place among those that take part. */
const site = fc.nat({ max: MOST_SERVERS - 1 });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("say" as const), at: site }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("topic" as const), at: site }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("comeOrGo" as const), at: site }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kick" as const), at: site, whose: site }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("part" as const), at: site }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("storm" as const), at: site }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("heal" as const), at: site }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("moment" as const), at: site, ms: fc.integer({ min: 1, max: 20_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("outage" as const), at: site, ms: fc.integer({ min: HOUR_MS, max: 2 * DAY_MS }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Run {
  readonly federation: TestFederation;
  readonly sites: readonly Site[];
  readonly room: FaultyRoom;
  readonly count: (kind: string) => void;
}

async function take({ federation: { clock, faults }, sites, room, count }: Run, { kind, at, ...more }: Step): Promise<void> {
  const siteAt = (index: number): Site => sites[index % sites.length] ?? expect.unreachable();
  const here = siteAt(at);
  const names = sites.map(({ server }) => server.serverName);
  const { serverName } = here.server;
  const others = names.filter((name) => name !== serverName);
  let isDone = true;
  if (kind === "say") isDone = await room.say(here);
  else if (kind === "topic") isDone = await room.put(here, "state/m.room.topic/", { topic: `${at} at ${clock.now()}` });
  else if (kind === "comeOrGo") isDone = await room.comeOrGo(here);
  else if (kind === "kick") isDone = await room.kick(here, siteAt("whose" in more ? more.whose : 0));
  else if (kind === "part") faults.part([serverName, ...others.slice(0, at % 2)], others.slice(at % 2));
  else if (kind === "storm") faults.rates = { lost: 0.2, unanswered: 0.2, twice: 0.3, late: 0.4, lateMs: 5_000, astray: 0.2 };
  else if (kind === "heal") faults.heal();
  else await clock.advance("ms" in more ? more.ms : 0);
  if (isDone) count(kind);
  await clock.settle();
  await room.sync(here);
}

it("servers that were parted for days, lost, doubled and overtook what they sent, and of which one lies, agree in the end; nothing that was taken is missing", async () => {
  await using federation = await testFederation({ servers: MOST_SERVERS, seed: 5 });
  const all = await sitesOf(federation.servers);
  const counts = new Map<string, number>();
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const drawn = {
    servers: fc.integer({ min: 2, max: MOST_SERVERS }),
    liar: fc.option(fc.record({ at: site, seed: fc.nat() })),
    steps: fc.array(step, { minLength: 20, maxLength: 35 }),
  };
  // A run that fails is repeated by its seed: to look for a shorter one takes minutes.
  const property = fc.asyncProperty(fc.noShrink(fc.record(drawn)), async ({ servers, liar, steps }) => {
    federation.faults.heal();
    federation.network.lies.clear();
    const sites = all.slice(0, servers);
    const room = await FaultyRoom.make(federation, sites);
    // Where there are two, nobody is left to agree with.
    if (liar && servers > 2) {
      room.liar = sites[liar.at % servers] ?? expect.unreachable();
      federation.network.lies.set(room.liar.server.serverName, liesAt(liar.seed, count));
      count("liar");
    }
    count(`${servers} servers`);
    for (const one of steps) await take({ federation, sites, room, count }, one);
    await room.settle();
    for (const [fault, times] of Object.entries(federation.faults.counts)) counts.set(fault, times);
  });
  const steps = { say: 30, topic: 8, comeOrGo: 5, kick: 2, part: 3, storm: 6, heal: 5, moment: 10, outage: 2 };
  const lies = { liar: 1, ...Object.fromEntries(lieKinds.map((kind) => [kind, 1])) };
  const faults = { parted: 10, lost: 4, unanswered: 4, twice: 4, late: 8, astray: 4 };
  await assertOften(property, { counts, minima: { ...steps, ...lies, ...faults }, numRuns: 6 });
}, 300_000);
