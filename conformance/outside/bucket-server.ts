import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./foreign-program.ts";
import { freePort } from "./free-port.ts";

/** A store that speaks S3, with a bucket. */
export interface BucketServer extends AsyncDisposable {
  /** `media.s3` of the homeserver that uses it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly port: number;
  stop(): Promise<void>;
  /** Starts it again on what it had. */
  start(): Promise<void>;
}

/** The program of SeaweedFS: what is set in the environment, or on the path. */
const program = process.env["PATRIX_WEED"] ?? "weed";

/** Whether SeaweedFS is here. */
export async function hasSeaweed(): Promise<boolean> {
  return (await run(program, ["version"], { timeoutMs: 20_000 })).code === 0;
}

/** Starts SeaweedFS: all of its servers in one process, with one key. */
export async function startSeaweed(): Promise<BucketServer> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-weed-"));
  const ports = new Map<string, number>();
  for (const name of ["s3", "master", "filer", "volume"]) ports.set(name, await freePort());
  const port = ports.get("s3") ?? 0;
  const grpc = new Map<string, number>();
  for (const name of ports.keys()) grpc.set(name, await freePort());
  const flags = [
    `-dir=${folder}`,
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-bucket=media",
    "-webdav=false",
    "-admin.ui=false",
    "-master.telemetry=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.domainName=s3.localhost",
    ...[...ports].map(([name, value]) => `-${name}.port=${value}`),
    ...[...grpc].map(([name, value]) => `-${name}.port.grpc=${value}`),
  ];
  const env = { ...process.env, AWS_ACCESS_KEY_ID: "patrix", AWS_SECRET_ACCESS_KEY: "a secret of the test" };
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = spawn(program, ["mini", ...flags], { stdio: "ignore", env, cwd: folder });
    child = started;
    // Whoever has no key is refused once the bucket is there.
    const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/media`).catch(() => undefined))?.status === 403;
    for (let tries = 0; !(await isReady()); tries++) {
      if (started.exitCode !== null || tries > 600) throw new Error(`SeaweedFS does not start (${started.exitCode ?? "no answer"})`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const stop = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child?.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(timer);
  };
  await start();
  return {
    settings: {
      bucket: "media",
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      access_key_id: env.AWS_ACCESS_KEY_ID,
      secret_access_key: env.AWS_SECRET_ACCESS_KEY,
    },
    port,
    stop,
    start,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
