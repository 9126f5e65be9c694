import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { queryDatabase } from "../query-database.ts";

const KILLS = 12;

function start(dataDir: string, file: string, mode = "send"): ChildProcess {
  const script = new URL("follow-and-die.ts", import.meta.url).pathname;
  return spawn(process.execPath, ["-C", "@patrix/source", script, dataDir, file, mode], { stdio: ["ignore", "pipe", "inherit"] });
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function lines(file: string): Promise<string[]> {
  return (await readFile(file, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
}

it(`hands every event over at least once, and takes effect exactly once, over ${KILLS} kills`, { timeout: 180_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "patrix-follow-"));
  const file = join(dataDir, "outside.txt");
  for (let round = 0; round < KILLS; round++) {
    const killsItself = round % 3 === 2;
    const child = start(dataDir, file, killsItself ? "die" : "send");
    if (killsItself) {
      await once(child, "exit");
      continue;
    }
    const before = (await lines(file)).length;
    // Killed in the middle of the work: sooner or later after it has begun, another time in each round.
    await expect.poll(async () => (await lines(file)).length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(before + round * 40);
    await kill(child);
  }
  const draining = start(dataDir, file, "drain");
  const stored = async (): Promise<string[]> =>
    (await queryDatabase<{ event_id: string }>(dataDir, "select event_id from events")).map((row) => row.event_id);
  const effects = (): Promise<{ value: string }[]> => queryDatabase(dataDir, "select value from meta where key like 'effect %'");
  await expect.poll(async () => (await stored()).length - (await effects()).length, { timeout: 30_000 }).toBe(0);
  await kill(draining);
  const events = await stored();
  expect(events.length).toBeGreaterThan(KILLS * 100);
  expect((await effects()).filter(({ value }) => Number(value) !== 1)).toEqual([]);
  const outside = await lines(file);
  expect(new Set(outside)).toEqual(new Set(events));
  expect(outside.length).toBeGreaterThan(events.length);
  process.stdout.write(`log reader: ${events.length} events, ${outside.length - events.length} handed over twice in ${KILLS} kills\n`);
  await rm(dataDir, { recursive: true, force: true });
});
