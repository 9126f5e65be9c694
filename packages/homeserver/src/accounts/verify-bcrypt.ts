import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { BcryptCheck } from "./bcrypt-thread.ts";

/** How hashes begin that another server has made: bcrypt of the password in Unicode's form NFKC, and a pepper. */
const PREFIX = "$bcrypt-nfkc";

/** Whether a hash is one of bcrypt, which a server that moved in has brought. */
export function isBcrypt(hash: string): boolean {
  return hash.startsWith(PREFIX);
}

/** Tells whether a text is that of a hash, in a thread of its own. */
export async function verifyBcrypt(text: string, hash: string): Promise<boolean> {
  const file = import.meta.url.endsWith(".ts") ? "./bcrypt-thread.ts" : "./bcrypt-thread.js";
  const check: BcryptCheck = { text, hash: hash.slice(PREFIX.length) };
  const worker = new Worker(new URL(file, import.meta.url), { workerData: check, name: "patrix-bcrypt" });
  try {
    const [isRight]: unknown[] = await once(worker, "message");
    return isRight === true;
  } finally {
    await worker.terminate();
  }
}
