import type { ClientOptions } from "./client-options.ts";
import { ClientError } from "./errors.ts";

const known: Readonly<Record<keyof ClientOptions, true>> = {
  store: true,
  fetch: true,
  logger: true,
  retry: true,
  parsing: true,
  clock: true,
};
/** What people expect of a client, and this one does not have. */
const missing: ReadonlySet<string> = new Set(["encryption", "crypto", "cryptoStore", "recoveryKey"]);

/**
 * Refuses options that would be ignored: who asks for encryption must not believe to have it.
 *
 * @throws {ClientError} `INVALID_OPTIONS`, naming the option.
 */
export function requireKnownOptions(options: object): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const why = missing.has(unknown) ? "this client cannot encrypt or decrypt yet" : `there are only ${Object.keys(known).join(", ")}`;
  throw new ClientError("INVALID_OPTIONS", `option ${unknown}: ${why}`);
}
