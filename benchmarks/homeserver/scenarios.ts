// What is asked of a homeserver, one scenario after the other. Each gives figures by name.
import { Agent } from "node:http";
import { call } from "./http.ts";
import { type LoadOptions, percentiles, runLoad } from "./load.ts";
import { makeRoom, populate, type Population, register } from "./population.ts";
import type { Figure, Scenario, Sizes } from "./scenario.ts";
import type { ServerUnderTest } from "./server-process.ts";
import { delivery } from "./delivery.ts";
import { pushing } from "./pushing.ts";
import { reading } from "./reading.ts";
import { sliding } from "./sliding.ts";

/** The scenarios, in the order in which they run. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  idle,
  sends,
  closed,
  delivery,
  paced,
  rooms,
  initial,
  incremental,
  sliding,
  messages,
  reading,
  pushing,
  after,
};

const populations = new WeakMap<ServerUnderTest, Promise<Population>>();

/** The accounts and rooms of the closed loops, made when they are first needed. */
function populationOf(server: ServerUnderTest, { population }: Sizes): Promise<Population> {
  const known = populations.get(server);
  if (known) return known;
  const made = populate(server.url, population);
  populations.set(server, made);
  return made;
}

async function idle({ processes }: ServerUnderTest): Promise<Figure[]> {
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  return processes ? [{ name: "memory, idle", value: processes.rssMiB(), unit: "MiB" }] : [];
}

async function after({ processes }: ServerUnderTest): Promise<Figure[]> {
  return processes ? [{ name: "memory, after all", value: processes.rssMiB(), unit: "MiB" }] : [];
}

function sends(server: ServerUnderTest, sizes: Sizes): Promise<Figure[]> {
  return closedLoop(server, sizes, "nobody reads", 0);
}

function closed(server: ServerUnderTest, sizes: Sizes): Promise<Figure[]> {
  return closedLoop(server, sizes, `${sizes.readers} readers`, sizes.readers);
}

async function closedLoop(server: ServerUnderTest, sizes: Sizes, title: string, readers: number): Promise<Figure[]> {
  const { connections, seconds, warmUpSeconds } = sizes;
  const population = await populationOf(server, sizes);
  await runLoad(server.url, population, { connections, readers, seconds: warmUpSeconds });
  return underLoad(server, population, title, { connections, readers, seconds });
}

async function paced(server: ServerUnderTest, { paced: { population: size, rate, seconds } }: Sizes): Promise<Figure[]> {
  const population = await populate(server.url, size);
  const options = { connections: 256, readers: size.users, rate };
  await runLoad(server.url, population, { ...options, seconds: Math.min(10, seconds / 4) });
  return underLoad(server, population, `${rate}/s, ${size.users} readers`, { ...options, seconds });
}

async function underLoad(server: ServerUnderTest, population: Population, title: string, options: LoadOptions): Promise<Figure[]> {
  const { processes } = server;
  const [all, main] = [processes?.cpuSeconds() ?? 0, processes?.mainCpuSeconds() ?? 0];
  const memory: number[] = [];
  const watch = setInterval(() => memory.push(processes?.rssMiB() ?? 0), 1_000);
  const {
    sends: count,
    seconds,
    delivered,
    deliveryMs,
    sendMs,
    undelivered,
  } = await runLoad(server.url, population, options).finally(() => clearInterval(watch));
  if (undelivered > 0) throw new Error(`${undelivered} acknowledged events did not arrive exactly once: the run is void`);
  const figures: Figure[] = [
    { name: `${title}: sends`, value: count / seconds, unit: "/s" },
    { name: `${title}: send p50`, value: sendMs.p50, unit: "ms" },
    { name: `${title}: send p99`, value: sendMs.p99, unit: "ms" },
  ];
  if (options.readers > 0)
    figures.push(
      { name: `${title}: deliveries`, value: delivered / seconds, unit: "/s" },
      { name: `${title}: delivery p50`, value: deliveryMs.p50, unit: "ms" },
      { name: `${title}: delivery p99`, value: deliveryMs.p99, unit: "ms" },
    );
  if (!processes) return figures;
  const cpu = processes.cpuSeconds() - all;
  figures.push({ name: `${title}: sends a CPU second`, value: count / cpu, unit: "/s" });
  figures.push({ name: `${title}: sends a CPU second of the main thread`, value: count / (processes.mainCpuSeconds() - main), unit: "/s" });
  if (options.readers > 0) figures.push({ name: `${title}: deliveries a CPU second`, value: delivered / cpu, unit: "/s" });
  figures.push({ name: `${title}: memory after it`, value: processes.rssMiB(), unit: "MiB" });
  // A leak shows in the second half, once the caches are full.
  const half = memory.slice(Math.floor(memory.length / 2));
  if (options.rate !== undefined && half.length > 1)
    figures.push({ name: `${title}: most memory of the second half`, value: Math.max(...half), unit: "MiB" });
  return figures;
}

async function rooms({ url }: ServerUnderTest, { repeats }: Sizes): Promise<Figure[]> {
  const [owner, guest] = [await register(url), await register(url)];
  const [makes, joins]: number[][] = [[], []];
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    const room = await makeRoom(url, [owner]);
    makes?.push(performance.now() - begin);
    const join = performance.now();
    await call(url, "POST", `/_matrix/client/v3/join/${encodeURIComponent(room)}`, { token: guest.token, body: {} });
    joins?.push(performance.now() - join);
  }
  return [
    { name: "create a room, p50", value: percentiles(makes ?? []).p50, unit: "ms" },
    { name: "join a room, p50", value: percentiles(joins ?? []).p50, unit: "ms" },
  ];
}

async function initial({ url, processes }: ServerUnderTest, { rooms: count, repeats }: Sizes): Promise<Figure[]> {
  const user = await register(url);
  for (let i = 0; i < count; i++) {
    const room = await makeRoom(url, [user]);
    for (let message = 0; message < 5; message++) await say(url, user.token, room, `i${message}`);
  }
  const times: number[] = [];
  const before = processes?.cpuSeconds() ?? 0;
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    await call(url, "GET", "/_matrix/client/v3/sync", { token: user.token });
    times.push(performance.now() - begin);
  }
  const cpu = processes ? ((processes.cpuSeconds() - before) / repeats) * 1_000 : undefined;
  return [
    { name: `initial sync of ${count} rooms, first`, value: times[0] ?? Number.NaN, unit: "ms" },
    { name: `initial sync of ${count} rooms, p50`, value: percentiles(times).p50, unit: "ms" },
    ...(cpu === undefined ? [] : [{ name: `initial sync of ${count} rooms, CPU`, value: cpu, unit: "ms" }]),
  ];
}

async function incremental({ url, processes }: ServerUnderTest, { rooms: count, repeats }: Sizes): Promise<Figure[]> {
  const user = await register(url);
  const agent = new Agent({ keepAlive: true });
  const own: string[] = [];
  for (let i = 0; i < count; i++) own.push(await makeRoom(url, [user]));
  const sync = (since: string | undefined): Promise<Record<string, unknown>> =>
    call(url, "GET", `/_matrix/client/v3/sync?timeout=0${since === undefined ? "" : `&since=${encodeURIComponent(since)}`}`, {
      token: user.token,
      agent,
    });
  let since = (await sync(undefined))["next_batch"] as string;
  const [empty, news]: [number[], number[]] = [[], []];
  const timed = async (into: number[]): Promise<void> => {
    const begin = performance.now();
    since = (await sync(since))["next_batch"] as string;
    into.push(performance.now() - begin);
  };
  for (let i = 0; i < repeats * 10; i++) {
    await say(url, user.token, own[i % own.length] ?? "", `n${i}`);
    await timed(news);
    await timed(empty);
  }
  const before = processes?.cpuSeconds() ?? 0;
  const idle: number[] = [];
  for (let i = 0; i < repeats * 100; i++) await timed(idle);
  const cpu = processes ? ((processes.cpuSeconds() - before) / idle.length) * 1_000 : undefined;
  agent.destroy();
  return [
    { name: `incremental sync in ${count} rooms, p50`, value: percentiles(news).p50, unit: "ms" },
    { name: `empty sync in ${count} rooms, p50`, value: percentiles(empty).p50, unit: "ms" },
    ...(cpu === undefined ? [] : [{ name: `empty sync in ${count} rooms, CPU`, value: cpu, unit: "ms" }]),
  ];
}

async function messages({ url }: ServerUnderTest, { messages: count, repeats }: Sizes): Promise<Figure[]> {
  const user = await register(url);
  const room = await makeRoom(url, [user]);
  for (let i = 0; i < count; i++) await say(url, user.token, room, `m${i}`);
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    let from: string | undefined = "";
    while (from !== undefined) {
      const at: string = from === "" ? "" : `&from=${encodeURIComponent(from)}`;
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100${at}`;
      const page = await call(url, "GET", path, { token: user.token });
      from = (page["chunk"] as unknown[]).length === 0 ? undefined : (page["end"] as string | undefined);
    }
    times.push(performance.now() - begin);
  }
  return [{ name: `${count} messages in pages of 100, p50`, value: percentiles(times).p50, unit: "ms" }];
}

function say(url: string, token: string, room: string, txn: string): Promise<Record<string, unknown>> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${txn}`;
  return call(url, "PUT", path, { token, body: { msgtype: "m.text", body: "x".repeat(400) } });
}
