// The client and matrix-js-sdk in turn, against a homeserver of ours on this machine, and what a page loads of the client.
import { platform } from "node:os";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { type Benchmark, type BenchmarkContext, type Measurement, median, type Result } from "./benchmark.ts";
import { type AccountSize, logIn, makeAccount } from "./client/account.ts";
import { clientSizes } from "./client/client-size.ts";
import type { MeasuredAccount } from "./client/measured-session.ts";
import { type ClientSizes, type NamedScenario, scenarios } from "./client/scenarios.ts";
import { buildThis } from "./homeserver/checkout.ts";
import { addFigures, type Samples, toMeasurements, type Wanted } from "./homeserver/figures.ts";
import type { LoadUser } from "./homeserver/population.ts";
import { startServer } from "./homeserver/server-process.ts";

const FULL: ClientSizes = {
  account: { rooms: 1_000, others: 3, messages: 12 },
  times: 10,
  sends: 500,
  encrypted: 150,
  rounds: 5,
  quietMs: 500,
};
const SMOKE: ClientSizes = {
  account: { rooms: 3, others: 1, messages: 2 },
  times: 2,
  sends: 5,
  encrypted: 3,
  rounds: 1,
  quietMs: 20,
};

/** What is wanted, by name of the figure. A ratio is how many times better ours is than what it stands beside; below 1, how much worse it may be. */
const wanted: Readonly<Record<string, Wanted>> = {
  import: { atMost: 90 },
  "import: memory": { atMost: 20 },
  "first sync of 1000 rooms: CPU": { ratio: 4 },
  "first sync of 1000 rooms: heap": { ratio: 4 },
  "first sync of 1000 rooms: longest slice": { atMost: 16 },
  "restart with 1000 rooms: to the room list": { atMost: 200 },
  "restart with 10000 rooms: to the room list": { atMost: 1_000 },
  "first sync of 1000 rooms into SQLite: CPU": { ratio: 1 / 1.5 },
  "first sync of 1000 rooms into SQLite: longest slice": { atMost: 16 },
  "restart with 1000 rooms from that: CPU": { ratio: 1 / 1.5 },
  "encrypt a message": { ratio: 1 / 1.1 },
  "encrypt a message: CPU": { ratio: 1 / 1.1 },
  "decrypt a message": { ratio: 1 / 1.1 },
  "decrypt a message: CPU": { ratio: 1 / 1.1 },
  // Five times what it once was.
  "500 sends into one room at once, kept in memory": { atLeast: 120 },
  "500 sends into one room at once, kept in SQLite": { atLeast: 120 },
};

/** The client. */
export const subject: Benchmark = {
  name: "client",
  options: {
    scenarios: { type: "string", value: "NAMES", summary: `some of ${Object.keys(scenarios).join(",")},sizes` },
    times: { type: "string", value: "N", summary: "how often everything is measured, in turn; default 5" },
  },
  variant: ({ options: { scenarios: names } }) => (typeof names === "string" ? names.replaceAll(",", "-") : undefined),
  run: async (context) => {
    const chosen =
      typeof context.options["scenarios"] === "string" ? context.options["scenarios"].split(",") : [...Object.keys(scenarios), "sizes"];
    const unknown = chosen.filter((name) => name !== "sizes" && !Object.hasOwn(scenarios, name));
    if (unknown.length > 0)
      throw new RangeError(`no scenario ${unknown.join(", ")}; there are ${Object.keys(scenarios).join(", ")}, sizes`);
    const named = chosen.flatMap((name) => scenarios[name] ?? []);
    return [...(await measureScenarios(named, context)), ...(chosen.includes("sizes") ? await measureSizes() : [])];
  },
};

const none = { timings: [], comparisons: [] };

async function measureScenarios(chosen: readonly NamedScenario[], { isSmoke, options: { times } }: BenchmarkContext): Promise<Result[]> {
  if (chosen.length === 0) return [];
  if (platform() !== "linux") return [{ title: "client: skipped, the server of the benchmark needs /proc", ...none }];
  // What users have, and of these sources.
  if (!isSmoke) buildThis();
  await using server = await startServer();
  const sizes = isSmoke ? SMOKE : { ...FULL, ...(typeof times === "string" && { rounds: Number(times) }) };
  const users = new Map<AccountSize, Promise<LoadUser>>();
  const account = async (size: AccountSize): Promise<MeasuredAccount> => {
    const user = users.get(size) ?? makeAccount(server.url, size);
    users.set(size, user);
    return logIn(server.url, await user);
  };
  const results: Result[] = [];
  for (const { run, title, beside } of chosen) {
    if (process.stderr.isTTY) process.stderr.write(`  ${title} …\n`);
    const [ours, theirs]: [Samples, Samples] = [new Map(), new Map()];
    await run({ sizes, isBuilt: server.isBuilt, account }, (round) => {
      addFigures(ours, round.ours);
      addFigures(theirs, round.theirs);
    });
    results.push({ title: `${title}; beside it: ${beside}`, ...none, measurements: besideEachOther(ours, theirs, beside) });
  }
  return results;
}

/** Each figure, that of what it stands beside, and how many times ours is better. */
function besideEachOther(ours: Samples, theirs: Samples, beside: string): Measurement[] {
  const others = new Map(toMeasurements(theirs, {}).map((measurement) => [measurement.name, measurement]));
  return toMeasurements(ours, wanted).flatMap((own) => {
    const other = others.get(own.name);
    const [ownValues = [], otherValues = []] = [ours.get(own.name)?.values, theirs.get(own.name)?.values];
    if (!other) return [own];
    const ratio = wanted[own.name]?.ratio;
    const isRate = own.unit.startsWith("/s");
    const better = isRate ? median(ownValues) / median(otherValues) : median(otherValues) / median(ownValues);
    return [
      own,
      { ...other, name: `… ${beside}` },
      { name: "… times better", value: better, unit: "×", ...(ratio !== undefined && { target: { atLeast: ratio } }) },
    ];
  });
}

async function measureSizes(): Promise<Result[]> {
  const html: Measurement[] = [
    { name: "plain text of HTML, loaded with the first", value: await gzippedKiB("@patrix/html/plain-text"), unit: "KiB gzipped" },
    { name: "the same by the whole parser, which it does without", value: await gzippedKiB("@patrix/html"), unit: "KiB gzipped" },
  ];
  return [
    { title: "what a page loads", ...none, measurements: [...(await clientSizes())] },
    { title: "what send.html loads", ...none, measurements: html },
  ];
}

async function gzippedKiB(entry: string): Promise<number> {
  const contents = `import { ${entry.endsWith("plain-text") ? "simpleHtmlToPlainText" : "htmlToPlainText"} as write } from "${entry}"; console.log(write);`;
  const stdin = { contents, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, write: false, format: "esm", conditions: ["@patrix/source"] });
  return gzipSync(outputFiles[0]?.contents ?? "").length / 1024;
}
