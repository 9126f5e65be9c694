// What it costs to work out whom messages notify, and what is unread for whom: in a room whose members all read.
import { monotonicNow, shareOf } from "./cpu-profile.ts";
import { runLoad } from "./load.ts";
import { populate } from "./population.ts";
import type { Figure, Sizes } from "./scenario.ts";
import type { ServerUnderTest } from "./server-process.ts";

/** The files that do it, but for what reads the log for them. */
const files = /\/packages\/(homeserver\/src\/push|push-rules\/src)\//;

/**
 * Measures how long the main thread is in the push rules and the counts, for each message of a room whose members keep to the default rules and poll: each of them is told what is unread after each
 * message. It is the share that a profile finds there of what the main thread used, of a server of its own, which runs from the sources. Comparing rooms of several sizes would leave out what does not depend on the members, and no load
 * can do without it.
 */
export async function pushing({ startProfiled }: ServerUnderTest, { pushing: { members, rate, seconds } }: Sizes): Promise<Figure[]> {
  if (!startProfiled) return [];
  await using server = await startProfiled();
  const population = await populate(server.url, { users: members, rooms: 1, membersPerRoom: members });
  const options = { connections: 16, readers: members, rate };
  await runLoad(server.url, population, { ...options, seconds: seconds / 4 });
  const [from, cpu] = [monotonicNow(), server.processes.mainCpuSeconds()];
  const { sends, delivered, undelivered } = await runLoad(server.url, population, { ...options, seconds });
  const [span, used] = [{ from, to: monotonicNow() }, server.processes.mainCpuSeconds() - cpu];
  if (undelivered > 0) throw new Error(`${undelivered} acknowledged events did not arrive exactly once: the run is void`);
  const profile = await server.profile();
  const time = (shareOf(profile, (url) => files.test(url), span) * used * 1_000_000) / sends;
  return [
    { name: `pushes in a room of ${members}: CPU a message`, value: time, unit: "µs" },
    { name: `pushes in a room of ${members}: CPU a message and member`, value: time / members, unit: "µs" },
    { name: `pushes in a room of ${members}: CPU of the main thread a message`, value: (used * 1_000_000) / sends, unit: "µs" },
    { name: `pushes in a room of ${members}: deliveries a message`, value: delivered / sends, unit: "" },
  ];
}
