// npm start [-- --port N] [--data FOLDER] [--once]: the homeserver with the web client, two demo accounts and a bot that answers, in one process.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./workspace.ts";

const begin = performance.now();
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function readOptions(): { port: number; data: string; once: boolean } {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: process.env["PORT"] ?? "8008" },
      data: { type: "string", default: join(ROOT, ".patrix", "demo-data") },
      once: { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${values.port} is not a port; take one from 1 to 65535`);
  return { port, data: values.data, once: values.once };
}

/** Turns a failure into the one line that helps. */
async function explain(error: unknown, port: number, data: string): Promise<string> {
  const { startFailure } = await import("../packages/cli/src/serve/start-failure.ts");
  const reason = startFailure(error, { data_dir: data, database: {}, listeners: [{ host: "127.0.0.1", port }] });
  const line = reason instanceof Error ? reason.message : String(reason);
  return line.includes("in use") ? `${line}: npm start -- --port 8080 --data other-folder` : line;
}

async function main(): Promise<number> {
  const { port, data, once } = readOptions();
  try {
    await mkdir(data, { recursive: true });
    const { createHomeserver, parseConfig, silentLogger } = await import("@patrix/homeserver");
    const { buildWebClient } = await import("../examples/web-client/build.ts");
    const config = parseConfig({
      web_client: { path: await buildWebClient() },
      data_dir: data,
      listeners: [{ host: "127.0.0.1", port }],
      registration: { enabled: true },
      rate_limits: { enabled: false },
    });
    const homeserver = await createHomeserver(config, { logger: silentLogger });
    const stop = new AbortController();
    const { ACCOUNTS, playDemo } = await import("./start/demo.ts");
    const { conversation, roomId, validated, problems } = await playDemo(homeserver.url, stop.signal);
    for (const { sender, text } of conversation) say(`  ${sender}  ${text}`);
    say(`\n${validated} events of the room validated, ${problems.length} problems`);
    for (const problem of problems) say(`  ${problem}`);
    say(`ready after ${((performance.now() - begin) / 1000).toFixed(1)} s, room ${roomId}\n`);
    say(
      `Chat in the browser: ${homeserver.url}/web/, user ${ACCOUNTS.person}, password ${ACCOUNTS.password}, or with an account of your own`,
    );
    say(`Log in with any Matrix client: ${homeserver.url}, user ${ACCOUNTS.person}, password ${ACCOUNTS.password}`);
    if (!once) {
      say("The bot echo answers whoever invites it. Ctrl-C stops the server.");
      await new Promise<void>((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
      });
    }
    stop.abort();
    await homeserver.stop();
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`patrix: ${await explain(error, port, data)}\n`);
    return 1;
  }
}

try {
  // The bot may still have a sleeping request; what is stored is stored.
  process.exit(await main());
} catch (error) {
  process.stderr.write(`patrix: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
