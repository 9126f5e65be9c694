import type { CheckedServerKeys, DiscoveryTrace, ResolvedServer } from "@patrix/federation";
import { printable, type Terminal } from "../command-line/terminal.ts";
import type { Failure } from "./failure.ts";
import type { Federation } from "./open-federation.ts";

/** What was found out of a server until the first problem. */
export interface ServerReport {
  readonly steps: readonly DiscoveryTrace[];
  readonly server?: ResolvedServer | undefined;
  readonly keys?: CheckedServerKeys | undefined;
  readonly problem?: Failure | undefined;
}

/** Finds a server and fetches its keys. */
export async function lookAtServer(name: string, { ports, keySource }: Pick<Federation, "ports" | "keySource">): Promise<ServerReport> {
  const { checkServerKeys, resolveServerName } = await import("@patrix/federation");
  const { describeFailure } = await import("./failure.ts");
  const steps: DiscoveryTrace[] = [];
  let server: ResolvedServer | undefined;
  try {
    server = await resolveServerName(name, ports, { onStep: (step) => void steps.push(step) });
    const keys = checkServerKeys(await keySource.fetchServerKeys(name), name, ports.clock.now());
    return { steps, server, keys };
  } catch (error) {
    return { steps, server, problem: describeFailure(error) };
  }
}

/** Prints what was found out, for people. */
export async function printServerReport(terminal: Terminal, { steps, server, keys }: ServerReport): Promise<void> {
  const { isoTime } = await import("./fetch-keys.ts");
  for (const { step, outcome } of steps) terminal.out(`step ${step.padEnd(4)} ${printable(outcome)}\n`);
  if (server === undefined) return;
  for (const { host, port, addresses } of server.targets)
    terminal.out(`connect   ${printable(host)}, port ${port}: ${addresses.join(", ")}\n`);
  terminal.out(`Host      ${server.hostHeader}\ncertified ${server.certificateName}\n`);
  for (const [keyId, { key, validUntilTs, expiredTs }] of Object.entries(keys?.keys ?? {})) {
    terminal.out(
      `key       ${keyId} ${key} ${expiredTs === undefined ? "valid until" : "retired"} ${isoTime(expiredTs ?? validUntilTs)}\n`,
    );
  }
}

/** The problem of a report, in a sentence with what to do; `undefined` where there is none. */
export function problemOf(name: string, { server, problem }: ServerReport): string | undefined {
  if (!problem) return undefined;
  const what = server === undefined ? "cannot be found" : "can be found, but gives no keys";
  return `${name} ${what}: ${problem.message} [${problem.code}]. ${problem.advice}`;
}
