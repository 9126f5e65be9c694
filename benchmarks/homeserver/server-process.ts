// Starts the homeserver in a process of its own and reads what it costs from /proc.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../packages/cli/dist/main.js", import.meta.url));
const source = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
/** Clock ticks a second, as Linux reports times to programs. */
const TICKS_PER_SECOND = 100;

/** A server under test. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** From the start of the process to the first answer. */
  readonly startMs: number;
  /** Whether the built program ran, rather than the sources. */
  readonly isBuilt: boolean;
  /** CPU seconds of the main thread and of the whole process. */
  cpuSeconds(): { main: number; all: number };
  rssMiB(): number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

function cpuOf(statPath: string): number {
  const fields = readFileSync(statPath, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const ok = await fetch(`${url}/_matrix/client/versions`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`the server stopped with code ${child.exitCode}`);
}

/** Starts a server with an empty database. */
export async function startServer(): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-bench-"));
  const port = await freePort();
  const config = {
    server_name: "localhost",
    data_dir: folder,
    listeners: [{ host: "127.0.0.1", port }],
    registration: { enabled: true },
    rate_limits: { enabled: false },
    passwords: { cost: "fast" },
    testing: true,
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  const isBuilt = existsSync(built);
  const program = isBuilt ? [built] : ["-C", "@patrix/source", source];
  const start = performance.now();
  const child = spawn(process.execPath, [...program, "serve", "--config", join(folder, "config.json")], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await answers(url, child);
  const startMs = performance.now() - start;
  const { pid } = child;
  return {
    url,
    startMs,
    isBuilt,
    cpuSeconds: () => ({ main: cpuOf(`/proc/${pid}/task/${pid}/stat`), all: cpuOf(`/proc/${pid}/stat`) }),
    rssMiB: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
