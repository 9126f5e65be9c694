// The client against a homeserver of its own, both on this machine: 500 messages that are sent into one room at once.
import { mkdtemp, rm } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createClient, memoryStore, type Store } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { build } from "esbuild";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { clientSizes } from "./client/client-size.ts";
import { startServer } from "./homeserver/server-process.ts";

/** The client. */
export const subject: Benchmark = {
  name: "client",
  run: async ({ isSmoke }) => {
    if (platform() !== "linux")
      return [{ title: "client: skipped, the server of the benchmark needs /proc", timings: [], comparisons: [] }];
    await using server = await startServer();
    const folder = await mkdtemp(join(tmpdir(), "patrix-bench-client-"));
    const count = isSmoke ? 5 : 500;
    const measurements: Measurement[] = [
      { name: "sends per second, kept in memory", value: await sendRate(server.url, memoryStore(), count), unit: "/s" },
      { name: "sends per second, kept in SQLite", value: await sendRate(server.url, sqliteStore(join(folder, "a.db")), count), unit: "/s" },
    ];
    await rm(folder, { recursive: true });
    const sizes: Measurement[] = [
      { name: "plain text of HTML, loaded with the first", value: await gzippedKiB("@patrix/html/plain-text"), unit: "KiB gzipped" },
      { name: "the same by the whole parser, which it does without", value: await gzippedKiB("@patrix/html"), unit: "KiB gzipped" },
    ];
    return [
      { title: `${count} messages into one room`, timings: [], comparisons: [], measurements },
      { title: "what a page loads", timings: [], comparisons: [], measurements: [...(await clientSizes())] },
      { title: "what send.html loads", timings: [], comparisons: [], measurements: sizes },
    ];
  },
};

async function gzippedKiB(entry: string): Promise<number> {
  const contents = `import { ${entry.endsWith("plain-text") ? "simpleHtmlToPlainText" : "htmlToPlainText"} as write } from "${entry}"; console.log(write);`;
  const stdin = { contents, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, write: false, format: "esm", conditions: ["@patrix/source"] });
  return gzipSync(outputFiles[0]?.contents ?? "").length / 1024;
}

async function sendRate(url: string, store: Store, count: number): Promise<number> {
  const client = await createClient(url, { store });
  await client.register({ username: `bench-${store.kind}`, password: "a long enough password" });
  await client.start();
  const room = await client.rooms.create({});
  const begun = performance.now();
  await Promise.all(Array.from({ length: count }, (_, index) => room.send.text(`message ${index}`)));
  const seconds = (performance.now() - begun) / 1000;
  await client[Symbol.asyncDispose]();
  return count / seconds;
}
