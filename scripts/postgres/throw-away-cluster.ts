// A PostgreSQL of its own in a temporary folder, reached by a socket in it, for tests and measurements.
import { execFile, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** The oldest major version that the homeserver works with. */
const OLDEST_VERSION = 15;
/** Where Debian puts each major version. */
const DEBIAN_FOLDER = "/usr/lib/postgresql";

/** Where Linux keeps files in memory. */
const MEMORY_FOLDER = "/dev/shm";
/** How much room a cluster in memory must have, in bytes: some hundred databases of tests stay until the end. */
const MEMORY_BYTES = 8 * 1024 ** 3;

/** How a cluster differs from the usual one. */
export interface ClusterOptions {
  /** Whether a commit waits for the disk. Default: false, since nothing in it has to outlive the machine. */
  readonly isDurable?: boolean;
}

/** A running cluster. */
export interface Cluster {
  /** The URL of its database `postgres`, for its superuser. */
  readonly url: string;
  /** The URL of another database of it. */
  urlOf(database: string): string;
  /** Ends the server as a crash would (`immediate`) or in good order (`fast`), and waits until it is gone. */
  halt(mode: "immediate" | "fast"): Promise<void>;
  /** Starts the server again after {@link Cluster.halt}, and waits until it answers. */
  start(): Promise<void>;
  /** Ends the server and removes its folder. */
  remove(): Promise<void>;
}

const runFile = promisify(execFile);

/** The folder with `initdb` and `pg_ctl` of a version that is new enough; `undefined` where there is none. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(DEBIAN_FOLDER, version, "bin")), ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "pg_ctl")) && isNewEnough(folder));
}

function isNewEnough(folder: string): boolean {
  const version = execFileSync(join(folder, "pg_ctl"), ["--version"], { encoding: "utf8" });
  return Number(/ (\d+)/.exec(version)?.[1]) >= OLDEST_VERSION;
}

/** The user that the server runs as: PostgreSQL refuses to run as root. */
function serverUser(): { readonly name: string; readonly ids: { readonly uid?: number; readonly gid?: number } } {
  if (process.getuid?.() !== 0) return { name: userInfo().username, ids: {} };
  const number = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { name: "postgres", ids: { uid: number("-u"), gid: number("-g") } };
}

/** The folder to make a cluster in. A new database is a copy of hundreds of files: in memory that takes 20 ms, on a disk up to half a second. */
function parentFolder(isDurable: boolean): string {
  if (isDurable || !existsSync(MEMORY_FOLDER)) return "/tmp";
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
  return bavail * bsize >= MEMORY_BYTES ? MEMORY_FOLDER : "/tmp";
}

/**
 * Makes a cluster and starts it. It sorts text by the rules of English, not by bytes, so that what depends on the default
 * collation is noticed.
 *
 * @throws {Error} If PostgreSQL is not installed, or does not start.
 */
export async function startCluster({ isDurable = false }: ClusterOptions = {}): Promise<Cluster> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error(`PostgreSQL ${OLDEST_VERSION} or newer is not installed`);
  const { name: user, ids } = serverUser();
  // Short, since the path of a socket may have about a hundred characters.
  const folder = mkdtempSync(`${parentFolder(isDurable)}/patrix-pg-`);
  if (ids.uid !== undefined && ids.gid !== undefined) chownSync(folder, ids.uid, ids.gid);
  const data = join(folder, "data");
  const run = async (program: string, args: readonly string[]): Promise<void> => {
    await runFile(join(bin, program), args, { ...ids, cwd: folder, env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" } });
  };
  const locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
  await run("initdb", ["--pgdata", data, "--auth=trust", "--no-sync", ...locale]);
  const settings = {
    listen_addresses: "",
    unix_socket_directories: folder,
    max_connections: "400",
    // Test databases come and go; memory for each is small.
    shared_buffers: "64MB",
    // What a checkpoint writes is of no interest here; a long pause between them keeps the disk free.
    checkpoint_timeout: "30min",
    max_wal_size: "1GB",
    ...(isDurable ? {} : { fsync: "off", full_page_writes: "off" }),
  };
  const options = Object.entries(settings).map(([key, value]) => `-c ${key}=${value}`);
  const start = (): Promise<void> =>
    run("pg_ctl", ["start", "--pgdata", data, "--wait", "--log", join(folder, "log"), "--options", options.join(" ")]);
  const halt = (mode: "immediate" | "fast"): Promise<void> => run("pg_ctl", ["stop", "--pgdata", data, "--wait", "--mode", mode]);
  const urlOf = (database: string): string => `postgres://${user}@/${database}?host=${encodeURIComponent(folder)}`;
  await start();
  return {
    url: urlOf("postgres"),
    urlOf,
    halt,
    start,
    async remove() {
      if (existsSync(join(data, "postmaster.pid"))) await halt("immediate");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a command with `PATRIX_TEST_DATABASE` set to a new cluster; after `--durable`, one whose commits wait for the disk. @returns Its exit code. */
async function runWithCluster(args: readonly string[]): Promise<number> {
  const isDurable = args[0] === "--durable";
  const command = isDurable ? args.slice(1) : args;
  const cluster = await startCluster({ isDurable });
  try {
    const [program = "", ...rest] = command;
    const child = spawn(program, rest, { stdio: "inherit", env: { ...process.env, PATRIX_TEST_DATABASE: cluster.url } });
    // The cluster goes also when somebody ends this: once the command has.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
    return await new Promise((resolve, reject) => child.once("error", reject).once("exit", (code) => resolve(code ?? 1)));
  } finally {
    await cluster.remove();
  }
}

if (import.meta.main) process.exitCode = await runWithCluster(process.argv.slice(2));
