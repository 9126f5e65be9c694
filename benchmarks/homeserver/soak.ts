// A long load at an even pace, by the minute: memory, and that everybody sees everything once and in one order.
import { runLoad } from "./load.ts";
import { populate, type PopulationSize } from "./population.ts";
import type { Figure } from "./scenario.ts";
import type { ServerUnderTest } from "./server-process.ts";

const MINUTE_MS = 60_000;

/** How long and how much. */
export interface SoakSize {
  readonly population: PopulationSize;
  /** Messages a second. */
  readonly rate: number;
  readonly minutes: number;
}

/**
 * Sends at a fixed rate while every user long-polls.
 *
 * @throws {Error} If a request fails, or an acknowledged event does not reach every reader exactly once and in the order of the others.
 */
export async function runSoak({ url, processes }: ServerUnderTest, { population: size, rate, minutes }: SoakSize): Promise<Figure[]> {
  const population = await populate(url, size);
  const byMinute: Figure[] = [];
  const note = (): void => {
    const minute = byMinute.length;
    if (processes) byMinute.push({ name: `memory, minute ${minute}`, value: processes.rssMiB(), unit: "MiB" });
    if (process.stderr.isTTY) process.stderr.write(`  minute ${minute}: ${byMinute.at(-1)?.value.toFixed(0) ?? "?"} MiB\n`);
  };
  note();
  const before = processes?.cpuSeconds() ?? 0;
  const watch = setInterval(note, MINUTE_MS);
  const options = { connections: 256, readers: size.users, rate, seconds: minutes * 60 };
  const report = await runLoad(url, population, options).finally(() => clearInterval(watch));
  const { sends, delivered, undelivered, misordered, seconds } = report;
  if (undelivered + misordered > 0)
    throw new Error(
      `${undelivered} acknowledged events did not arrive exactly once, ${misordered} rooms in another order: the soak has failed`,
    );
  const half = byMinute.slice(Math.ceil(byMinute.length / 2)).map(({ value }) => value);
  return [
    { name: "sends", value: sends / seconds, unit: "/s" },
    { name: "deliveries", value: delivered / seconds, unit: "/s" },
    { name: "acknowledged, each delivered once to every member", value: sends, unit: "" },
    { name: "rooms in another order for a reader", value: misordered, unit: "" },
    { name: "send p50", value: report.sendMs.p50, unit: "ms" },
    { name: "send p99", value: report.sendMs.p99, unit: "ms" },
    { name: "delivery p50", value: report.deliveryMs.p50, unit: "ms" },
    { name: "delivery p99", value: report.deliveryMs.p99, unit: "ms" },
    ...(processes ? [{ name: "CPU", value: (processes.cpuSeconds() - before) / seconds, unit: "s/s" }] : []),
    ...byMinute,
    ...(half.length > 1 ? [{ name: "memory, growth in the second half", value: (half.at(-1) ?? 0) - (half[0] ?? 0), unit: "MiB" }] : []),
  ];
}
