/**
 * The thread that checks one bcrypt hash: it takes a quarter of a second, for which nobody else shall wait.
 *
 * @packageDocumentation
 */
import { parentPort, workerData } from "node:worker_threads";
import { compareSync } from "bcryptjs";

/** What is to be checked. */
export interface BcryptCheck {
  /** The password as it was hashed: normalised, with the pepper. bcrypt itself looks at the first 72 bytes. */
  readonly text: string;
  readonly hash: string;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this package starts the thread
const { text, hash } = workerData as BcryptCheck;
// A thread has no origin; the rule means windows.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(compareSync(text, hash));
