// A server that speaks S3, from a package, in a process of its own: what it keeps is in a folder, so that it can end and begin again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BucketSettings } from "../../src/media/s3/bucket-settings.ts";

/** Such a server with a bucket. */
export interface S3Server extends AsyncDisposable {
  /** How it is reached. */
  readonly settings: BucketSettings & { readonly endpoint: string };
  readonly port: number;
  stop(): Promise<void>;
  /** Starts it again, at the same port and with what it had. */
  start(): Promise<void>;
}

// Its continuation tokens are encrypted with a cipher that OpenSSL counts as of the past.
const options = ["--openssl-legacy-provider", "-e"];
const program = `
  const S3rver = require(process.argv[1]);
  const [directory, port, mismatched] = process.argv.slice(2);
  new S3rver({ directory, port: Number(port), allowMismatchedSignatures: mismatched === "true", address: "127.0.0.1", silent: true, serviceEndpoint: "localhost", configureBuckets: [{ name: "media" }] })
    .run().then((address) => console.log(address.port));
`;

/**
 * Starts one.
 *
 * @param checksSignatures Turned off for buckets that are named in the host, whose signatures this server expects to be those of another URL.
 */
export async function openS3Server({ checksSignatures = true } = {}): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-s3-"));
  const require = createRequire(import.meta.url);
  const library = require.resolve("@20minutes/s3rver");
  let child: ChildProcess | undefined;
  const start = async (at: number): Promise<number> => {
    child = spawn(process.execPath, [...options, program, library, folder, String(at), String(!checksSignatures)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
    return Number(line.toString());
  };
  const stop = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  const port = await start(0);
  return {
    settings: {
      bucket: "media",
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      prefix: "",
      access_key_id: "S3RVER",
      secret_access_key: "S3RVER",
    },
    port,
    stop,
    start: async () => void (await start(port)),
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
