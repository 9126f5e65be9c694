import type { ClientOptions } from "./client-options.ts";
import { ClientError } from "./errors.ts";

const known: Readonly<Record<keyof ClientOptions, true>> = {
  store: true,
  encryption: true,
  fetch: true,
  logger: true,
  retry: true,
  parsing: true,
  sync: true,
  clock: true,
};
/** What people expect of a client, and this one does not have. */
const missing: ReadonlySet<string> = new Set(["crypto", "cryptoStore", "recoveryKey"]);

/**
 * Refuses options that would be ignored: who asks for encryption must not believe to have it.
 *
 * @throws {ClientError} `INVALID_OPTIONS`, naming the option.
 */
export function requireKnownOptions(options: ClientOptions): void {
  const { encryption, sync } = options;
  if (!["boolean", "undefined", "object"].includes(typeof encryption) || encryption === null)
    throw new ClientError("INVALID_OPTIONS", "option encryption: true, false or an object of options is wanted");
  if (sync !== undefined && !["auto", "v3", "sliding"].includes(sync))
    throw new ClientError("INVALID_OPTIONS", "option sync: auto, v3 or sliding is wanted");
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const why = missing.has(unknown)
    ? "this client cannot encrypt by it: there is the option encryption"
    : `there are only ${Object.keys(known).join(", ")}`;
  throw new ClientError("INVALID_OPTIONS", `option ${unknown}: ${why}`);
}
