import type { CheckedServerKeys, DiscoveryTrace, ResolvedServer } from "@patrix/federation";
import type { Command, Invocation } from "../command-line/command.ts";
import { printable, type Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import type { Failure } from "../federation/failure.ts";
import { federationOptions } from "../federation/federation-options.ts";

/** `patrix server-name`. */
export const serverName: Command = {
  name: "server-name",
  summary: "Finds out how other servers reach a server, and fetches its keys",
  operands: "NAME",
  minOperands: 1,
  maxOperands: 1,
  options: {
    offline: { type: "boolean", summary: "Only reads the name; looks nothing up" },
    ...federationOptions,
    json: { type: "boolean", summary: "Prints JSON, with the key response as it came" },
  },
  examples: [
    {
      line: "patrix server-name matrix.org",
      does: "prints the steps of the discovery, where to connect, which certificate counts, and the keys",
    },
    { line: "patrix server-name --offline '[2001:db8::1]:8448'", does: "prints host and port" },
  ],
  details: "Step numbers are those of the section on server discovery in the specification.",
  run,
};

async function run({ options, operands: [name = ""], terminal }: Invocation): Promise<number> {
  const { isServerName, parseServerName } = await import("@patrix/identifiers");
  if (!isServerName(name))
    throw new CliError("INVALID_INPUT", `${JSON.stringify(name)} is not a server name, such as example.org or localhost:8448`);
  if (options.flag("offline")) {
    terminal.out(`${JSON.stringify(parseServerName(name), undefined, 2)}\n`);
    return 0;
  }
  const report = await look(name, { options, terminal });
  if (options.flag("json")) terminal.out(`${JSON.stringify(report, undefined, 2)}\n`);
  else await print(terminal, report);
  const { problem } = report;
  if (problem === undefined) return 0;
  const what = report.server === undefined ? "cannot be found" : "can be found, but gives no keys";
  throw new CliError("INVALID_INPUT", `${name} ${what}: ${problem.message} [${problem.code}]. ${problem.advice}`);
}

/** What was found out until the first problem. */
interface Report {
  readonly steps: readonly DiscoveryTrace[];
  readonly server?: ResolvedServer | undefined;
  readonly keys?: CheckedServerKeys | undefined;
  readonly problem?: Failure | undefined;
}

async function look(name: string, invocation: Omit<Invocation, "operands">): Promise<Report> {
  const { checkServerKeys, resolveServerName } = await import("@patrix/federation");
  const { describeFailure } = await import("../federation/failure.ts");
  const { openFederation } = await import("../federation/open-federation.ts");
  await using federation = await openFederation(invocation);
  const { ports, keySource } = federation;
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

async function print(terminal: Terminal, { steps, server, keys }: Report): Promise<void> {
  const { isoTime } = await import("../federation/fetch-keys.ts");
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
