// The homeserver on SQLite with full sync: start, idle memory, and closed-loop sends while others long-poll.
import { platform } from "node:os";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { prepare, runLoad } from "./homeserver/load.ts";
import { startServer } from "./homeserver/server-process.ts";

/** The homeserver under load. */
export const subject: Benchmark = {
  name: "homeserver",
  run: async ({ isSmoke }) => {
    if (platform() !== "linux") return [{ title: "homeserver: skipped, CPU times are read from /proc", timings: [], comparisons: [] }];
    await using server = await startServer();
    const rssIdle = server.rssMiB();
    const counts = isSmoke ? { users: 6, rooms: 3, membersPerRoom: 2 } : { users: 100, rooms: 50, membersPerRoom: 20 };
    const setup = await prepare(server.url, counts);
    const readers = isSmoke ? 6 : 100;
    const connections = isSmoke ? 4 : 64;
    await runLoad(server.url, setup, { connections, readers, seconds: isSmoke ? 0.2 : 5 });
    const before = server.cpuSeconds();
    const report = await runLoad(server.url, setup, { connections, readers, seconds: isSmoke ? 0.5 : 20 });
    const after = server.cpuSeconds();
    if (report.undelivered > 0) throw new Error(`${report.undelivered} acknowledged events did not arrive exactly once: the run is void`);
    const mainSeconds = after.main - before.main;
    const measurements: Measurement[] = [
      { name: "start to first answer", value: server.startMs, unit: "ms", target: { atMost: 500 } },
      { name: "resident memory, idle", value: rssIdle, unit: "MiB", target: { atMost: 120 } },
      { name: "resident memory, after the load", value: server.rssMiB(), unit: "MiB" },
      { name: "sends per second", value: report.sends / report.seconds, unit: "/s" },
      { name: "sends per second of main-thread CPU", value: report.sends / mainSeconds, unit: "/s", target: { atLeast: 3_000 } },
      { name: "CPU per send, all threads", value: ((after.all - before.all) / report.sends) * 1e6, unit: "µs" },
      { name: "events delivered per second", value: report.delivered / report.seconds, unit: "/s" },
      { name: "send p50 / p99", value: report.sendMs.p50, unit: `/ ${report.sendMs.p99.toFixed(1)} ms` },
      { name: "send to delivery p50 / p99", value: report.deliveryMs.p50, unit: `/ ${report.deliveryMs.p99.toFixed(1)} ms` },
    ];
    const program = server.isBuilt ? "built" : "from source";
    return [
      {
        title: `${connections} senders, ${readers} long-pollers, ${counts.rooms} rooms (${program})`,
        timings: [],
        comparisons: [],
        measurements,
      },
    ];
  },
};
