import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testDatabase } from "@patrix/homeserver/testing";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** A server in a process of its own. */
export interface ServeProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Kills the process at once, as a power cut would. */
  kill(): Promise<void>;
}

/** Finds a port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Starts `patrix serve` over a data folder and waits until it answers. */
export async function serve(dataDir: string, port: number, more: object = {}): Promise<ServeProcess> {
  const config = {
    server_name: "localhost",
    data_dir: dataDir,
    ...(await testDatabase(dataDir)).config,
    listeners: [{ host: "127.0.0.1", port }],
    registration: { enabled: true },
    rate_limits: { enabled: false },
    passwords: { cost: "fast" },
    testing: true,
    ...more,
  };
  const path = join(dataDir, "config.json");
  await writeFile(path, JSON.stringify(config));
  const child = spawn(process.execPath, ["-C", "@patrix/source", main, "serve", "--config", path], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4_000)));
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server stopped with code ${child.exitCode}: ${log}`);
    const ok = await fetch(`${url}/_matrix/client/versions`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url,
    process: child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
