// Starts homeservers of this project, from this or another checkout, in processes of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CpuProfile } from "./cpu-profile.ts";
import { ProcessTree } from "./processes.ts";

/** The checkout that this file belongs to. */
const own = fileURLToPath(new URL("../..", import.meta.url));

/** A homeserver that runs somewhere. */
export interface ServerUnderTest {
  readonly url: string;
  /** What it costs; only where its process is known. */
  readonly processes: ProcessTree | undefined;
  /** Starts another one like it, from its sources, of whose main thread a profile is taken; only where it was started here. */
  readonly startProfiled?: (() => Promise<ProfiledServer>) | undefined;
}

/** A server that is profiled from its start on. */
export interface ProfiledServer extends ServerUnderTest, AsyncDisposable {
  readonly processes: ProcessTree;
  /** Ends it, and reads the profile of its main thread. */
  profile(): Promise<CpuProfile>;
}

/** A server that was started here. */
export interface ServerProcess extends ServerUnderTest, AsyncDisposable {
  readonly processes: ProcessTree;
  /** From the start of the process to the first answer. */
  readonly startMs: number;
  /** Whether the built program ran, rather than the sources. */
  readonly isBuilt: boolean;
  /** Where the profiles are, if any are taken. */
  readonly profiles: string;
  /** Its configuration. */
  readonly config: object;
  /** Stops it and starts it again on the same data. @returns From the start of the process to the first answer. */
  restart(): Promise<number>;
  /** Ends the process in good order. */
  stop(): Promise<void>;
  /** Kills the process at once, as a power cut would. */
  crash(): Promise<void>;
  /** Starts it again after {@link ServerProcess.stop} or {@link ServerProcess.crash}. @returns From the start of the process to the first answer. */
  launch(): Promise<number>;
}

/** What to start. */
export interface StartOptions {
  /** The checkout to start it from. Default: this one. */
  readonly checkout?: string;
  /** Default: SQLite in a folder of its own. */
  readonly databaseUrl?: string | undefined;
  /** Other settings of its configuration, which an earlier release may not know. */
  readonly settings?: object;
  /** Whether profiles are taken, into the folder `profiles` of its data; it then runs from the sources. */
  readonly isProfiled?: boolean;
}

/** How long is between two looks at what the process does, in microseconds. */
const PROFILE_INTERVAL_US = 250;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
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

/** Starts a server with an empty database: the built program where there is one. */
export async function startServer({
  checkout = own,
  databaseUrl,
  settings = {},
  isProfiled = false,
}: StartOptions = {}): Promise<ServerProcess> {
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
    ...(databaseUrl !== undefined && { database: { url: databaseUrl } }),
    ...settings,
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  const built = join(checkout, "packages/cli/dist/main.js");
  const isBuilt = existsSync(built) && !isProfiled;
  const profiles = join(folder, "profiles");
  const profiling = isProfiled ? ["--cpu-prof", `--cpu-prof-dir=${profiles}`, `--cpu-prof-interval=${PROFILE_INTERVAL_US}`] : [];
  const program = isBuilt ? [built] : ["-C", "@patrix/source", join(checkout, "packages/cli/src/main.ts")];
  const url = `http://127.0.0.1:${port}`;
  const launch = async (): Promise<{ child: ChildProcess; startMs: number }> => {
    const start = performance.now();
    const child = spawn(process.execPath, [...profiling, ...program, "serve", "--config", join(folder, "config.json")], {
      stdio: "ignore",
    });
    await answers(url, child);
    return { child, startMs: performance.now() - start };
  };
  const end = async (running: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill(signal);
    await ended;
  };
  let { child, startMs } = await launch();
  const relaunch = async (): Promise<number> => {
    ({ child, startMs } = await launch());
    return startMs;
  };
  return {
    url,
    startMs,
    isBuilt,
    startProfiled: () => startProfiled({ checkout, settings }),
    profiles,
    config,
    get processes() {
      return new ProcessTree([child.pid ?? 0]);
    },
    async restart() {
      await end(child, "SIGTERM");
      return relaunch();
    },
    stop: () => end(child, "SIGTERM"),
    crash: () => end(child, "SIGKILL"),
    launch: relaunch,
    async [Symbol.asyncDispose]() {
      await end(child, "SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a server with a database of its own that is profiled. */
async function startProfiled(options: StartOptions): Promise<ProfiledServer> {
  const server = await startServer({ ...options, isProfiled: true });
  return {
    url: server.url,
    processes: server.processes,
    async profile() {
      await server.stop();
      // Each thread writes its own, and the main one has the number 0: CPU.day.time.process.thread.number.cpuprofile.
      const name = (await readdir(server.profiles)).find((file) => file.split(".")[4] === "0");
      if (name === undefined) throw new Error("the server has written no profile");
      return JSON.parse(await readFile(join(server.profiles, name), "utf8")) as CpuProfile;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
