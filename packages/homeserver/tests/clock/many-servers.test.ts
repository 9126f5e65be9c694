/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Twenty servers on one clock: an outage of an hour, one of days, and a storm.
import { expect, it } from "vitest";
import { clockedRoom, DAY_MS, HOUR_MS, say, textsOf } from "./clocked-room.ts";

// Twenty databases of a server of databases show nothing more, and take its connections from others.
it.skipIf(process.env["PATRIX_TEST_DATABASE"] !== undefined)(
  "twenty servers have all that was said after an hour, and after days, in which half of them could not reach the others",
  async () => {
    await using together = await clockedRoom({ servers: 20, seed: 20 });
    const { clock, faults, servers, room, members } = together;
    const names = servers.map(({ serverName }) => serverName);
    const said: string[] = [];
    const sayOne = async (index: number, body: string): Promise<void> => {
      const text = `${index} ${body}`;
      said.push(text);
      await say(members[index] ?? expect.unreachable(), room, text);
    };
    for (const [outage, ms] of [HOUR_MS, 2 * DAY_MS].entries()) {
      faults.part(names.slice(0, 10), names.slice(10));
      faults.rates = { lost: 0.05, twice: 0.1, late: 0.3, lateMs: 5_000, astray: 0.05 };
      for (let round = 0; round < 4; round++) {
        await sayOne(round, `in outage ${outage}`);
        await sayOne(19 - round, `in outage ${outage}`);
        await clock.advance(ms / 4);
      }
      faults.heal();
      for (const index of members.keys()) await sayOne(index, `after outage ${outage}`);
      // Two that have both given up trying find each other again when the longer of their waits is over.
      await clock.advance(Math.min(ms, DAY_MS));
      for (const member of members) expect((await textsOf(member, room)).toSorted()).toEqual(said.toSorted());
    }
    expect(faults.counts.parted).toBeGreaterThan(100);
  },
  120_000,
);
