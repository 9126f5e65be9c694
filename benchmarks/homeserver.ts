// Any homeserver under load: ours, an earlier commit of ours in turn with it, or one that runs already.
import { mkdirSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { fileURLToPath } from "node:url";
import type { Benchmark, BenchmarkContext, Result } from "./benchmark.ts";
import { builtCheckout, buildThis } from "./homeserver/checkout.ts";
import { drawBars, toBars } from "./homeserver/draw-figures.ts";
import { addFigures, type Samples, toMeasurements, type Wanted } from "./homeserver/figures.ts";
import { runKills } from "./homeserver/kills.ts";
import { ProcessTree } from "./homeserver/processes.ts";
import type { Scenario, Sizes } from "./homeserver/scenario.ts";
import { scenarios } from "./homeserver/scenarios.ts";
import { runSoak } from "./homeserver/soak.ts";
import { type ServerUnderTest, startServer } from "./homeserver/server-process.ts";

const FULL: Sizes = {
  population: { users: 100, rooms: 50, membersPerRoom: 20 },
  connections: 64,
  readers: 100,
  seconds: 20,
  warmUpSeconds: 5,
  paced: { population: { users: 1_000, rooms: 100, membersPerRoom: 20 }, rate: 200, seconds: 30 },
  pushing: { members: 20, rate: 100, seconds: 30 },
  rooms: 200,
  messages: 1_000,
  searched: 100_000,
  repeats: 10,
};
const SMOKE: Sizes = {
  population: { users: 6, rooms: 3, membersPerRoom: 2 },
  connections: 4,
  readers: 6,
  seconds: 0.5,
  warmUpSeconds: 0.2,
  paced: { population: { users: 8, rooms: 2, membersPerRoom: 4 }, rate: 20, seconds: 0.5 },
  pushing: { members: 3, rate: 20, seconds: 0.5 },
  rooms: 3,
  messages: 20,
  searched: 50,
  repeats: 2,
};

/** What is wanted, by name of the figure. Ratios are those to commit 40b10bf. */
const wanted: Readonly<Record<string, Wanted>> = {
  "start, new data": { atMost: 200 },
  "start, used data": { atMost: 250 },
  "memory, idle": { atMost: 90 },
  "sliding window of 20 of 500 rooms, p50": { atMost: 15 },
  "first page of 50 threads, p50": { atMost: 5 },
  "search for one1000 in 100000 messages, p50": { atMost: 20 },
  "search for one10 in 100000 messages, p50": { atMost: 20 },
  "pushes in a room of 20: CPU a message": { atMost: 70 },
  "pushes in a room of 20: CPU a message and member": { atMost: 3.5 },
  "nobody reads: sends": { ratio: 1.2 },
  "100 readers: deliveries a CPU second": { ratio: 1.8 },
  "100 readers: memory after it": { atMost: 300 },
  "one message at a time: CPU a delivery": { atMost: 80, ratio: 2 },
  "200/s, 1000 readers: deliveries a CPU second": { ratio: 2 },
  "200/s, 1000 readers: send p99": { atMost: 10 },
  "200/s, 1000 readers: delivery p99": { atMost: 25 },
  "200/s, 1000 readers: memory after it": { atMost: 350 },
  "200/s, 1000 readers: most memory of the second half": { atMost: 350 },
};

/** The homeserver under load. */
export const subject: Benchmark = {
  name: "homeserver",
  options: {
    url: { type: "string", value: "URL", summary: "measures the homeserver that runs there, whose registration must be open" },
    pid: {
      type: "string",
      multiple: true,
      value: "PID",
      summary: "its process, and that of its database: CPU and memory are read from /proc",
    },
    against: { type: "string", value: "REF", summary: "builds that commit, and measures it and this checkout in turn" },
    database: { type: "string", value: "URL", summary: "the database of our server; default: SQLite in a folder of its own" },
    scenarios: { type: "string", value: "NAMES", summary: `some of ${Object.keys(scenarios).join(",")}` },
    seconds: { type: "string", value: "N", summary: "how long messages come at a fixed rate; default 30" },
    soak: {
      type: "boolean",
      summary: "1,000 users read and 200 messages come a second: memory by the minute, everything once and in order",
    },
    minutes: { type: "string", value: "N", summary: "how long the soak is; default 10" },
    kill: { type: "string", value: "N", summary: "kills our server so many times under load, and looks for what it acknowledged" },
    times: { type: "string", value: "N", summary: "how often everything is measured; default 1, with --against 3" },
  },
  variant: ({ options: { soak, kill, database, scenarios: names } }) => {
    // Some scenarios are no results of all.
    const what = kill !== undefined ? "kill" : soak === true ? "soak" : typeof names === "string" && names.replaceAll(",", "-");
    return what === false ? undefined : `${what}${database === undefined ? "" : "-postgres"}`;
  },
  run: async (context) => {
    if (platform() !== "linux") return [{ title: "homeserver: skipped, CPU times are read from /proc", timings: [], comparisons: [] }];
    const { url, against, kill, soak } = context.options;
    if (typeof kill === "string") return [await kills(Number(kill), context)];
    if (soak === true) return [await soaked(context)];
    if (typeof url === "string") return [await measureRunning(url, context)];
    if (typeof against === "string") return measureAgainst(against, context);
    const measured = [await measureOwn(context)];
    return context.isSmoke ? [...measured, await kills(2, context), await soaked(context)] : measured;
  },
};

function chosen({ options }: BenchmarkContext): readonly (readonly [string, Scenario])[] {
  const { scenarios: names } = options;
  if (typeof names !== "string") return Object.entries(scenarios);
  return names.split(",").map((name) => {
    const scenario = scenarios[name];
    if (!scenario) throw new RangeError(`no scenario ${name}; there are ${Object.keys(scenarios).join(", ")}`);
    return [name, scenario];
  });
}

function sizesOf({ isSmoke, options: { seconds } }: BenchmarkContext): Sizes {
  const sizes = isSmoke ? SMOKE : FULL;
  return typeof seconds === "string" ? { ...sizes, paced: { ...sizes.paced, seconds: Number(seconds) } } : sizes;
}

/** Runs the scenarios against a server. */
async function runScenarios(server: ServerUnderTest, samples: Samples, context: BenchmarkContext): Promise<void> {
  for (const [name, scenario] of chosen(context)) {
    if (process.stderr.isTTY) process.stderr.write(`  ${name} …\n`);
    addFigures(samples, await scenario(server, sizesOf(context)));
  }
}

/** Starts one of ours, runs the scenarios, and starts it once more on its data. @returns Whether it was built. */
async function runOurs(samples: Samples, context: BenchmarkContext, checkout?: string): Promise<boolean> {
  await using server = await startServer({ ...(checkout !== undefined && { checkout }), ...databaseOf(context) });
  addFigures(samples, [{ name: "start, new data", value: server.startMs, unit: "ms" }]);
  await runScenarios(server, samples, context);
  addFigures(samples, [{ name: "start, used data", value: await server.restart(), unit: "ms" }]);
  return server.isBuilt;
}

/** Where our server keeps its data, as the options say. */
function databaseOf({ options: { database } }: BenchmarkContext): { readonly databaseUrl: string | undefined } {
  return { databaseUrl: typeof database === "string" ? database : undefined };
}

function engineOf({ options: { database } }: BenchmarkContext): string {
  return database === undefined ? "SQLite" : "PostgreSQL";
}

async function kills(count: number, context: BenchmarkContext): Promise<Result> {
  await using server = await startServer(databaseOf(context));
  const samples: Samples = new Map();
  addFigures(samples, await runKills(server, count));
  return toResult(`killed under load, on ${engineOf(context)}`, samples);
}

async function soaked(context: BenchmarkContext): Promise<Result> {
  const { url, minutes = context.isSmoke ? "0.02" : "10" } = context.options;
  const { population, rate } = sizesOf(context).paced;
  const samples: Samples = new Map();
  const soak = async (server: ServerUnderTest): Promise<void> =>
    addFigures(samples, await runSoak(server, { population, rate, minutes: Number(minutes) }));
  if (typeof url === "string") await soak({ url, processes: processesOf(context) });
  else {
    await using server = await startServer(databaseOf(context));
    await soak(server);
  }
  return toResult(`soak of ${String(minutes)} minutes, ${typeof url === "string" ? url : `on ${engineOf(context)}`}`, samples);
}

function timesOf({ options }: BenchmarkContext, standard: number): number {
  return typeof options["times"] === "string" ? Number(options["times"]) : standard;
}

async function measureOwn(context: BenchmarkContext): Promise<Result> {
  const samples: Samples = new Map();
  let isBuilt = false;
  for (let i = 0; i < timesOf(context, 1); i++) isBuilt = await runOurs(samples, context);
  const result = toResult(`this checkout (${isBuilt ? "built" : "from source"})`, samples);
  if (!context.isSmoke && context.options["scenarios"] === undefined) draw([{ name: "ours", result }]);
  return result;
}

async function measureAgainst(ref: string, context: BenchmarkContext): Promise<Result[]> {
  const other = builtCheckout(ref);
  buildThis();
  const [own, before]: [Samples, Samples] = [new Map(), new Map()];
  for (let i = 0; i < timesOf(context, 3); i++) {
    await runOurs(before, context, other);
    await runOurs(own, context);
  }
  const results = [
    { name: "ours", result: toResult(`this checkout, in turn with ${ref}`, own, before) },
    { name: ref, result: toResult(ref, before) },
  ];
  if (context.options["scenarios"] === undefined) draw(results);
  return results.map(({ result }) => result);
}

async function measureRunning(url: string, context: BenchmarkContext): Promise<Result> {
  const samples: Samples = new Map();
  await runScenarios({ url, processes: processesOf(context) }, samples, context);
  return toResult(`the homeserver at ${url}`, samples);
}

/** The processes that the options name. */
function processesOf({ options: { pid } }: BenchmarkContext): ProcessTree | undefined {
  const pids = Array.isArray(pid) ? pid.map(Number) : [];
  return pids.length > 0 ? new ProcessTree(pids) : undefined;
}

function toResult(title: string, samples: Samples, before?: Samples): Result {
  return { title, timings: [], comparisons: [], measurements: toMeasurements(samples, wanted, before) };
}

function draw(servers: readonly { readonly name: string; readonly result: Result }[]): void {
  const folder = fileURLToPath(new URL("../docs/benchmarks/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const rows = toBars(servers.map(({ name, result }) => ({ name, measurements: result.measurements ?? [] })));
  writeFileSync(`${folder}homeserver.svg`, drawBars("The homeserver under load", rows));
}
