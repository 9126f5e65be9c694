import type { Command, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";
import { federationOptions } from "../federation/federation-options.ts";
import { requireServerName } from "../input/require-server-name.ts";

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
  await requireServerName(name);
  if (options.flag("offline")) {
    const { parseServerName } = await import("@patrix/identifiers");
    terminal.out(`${JSON.stringify(parseServerName(name), undefined, 2)}\n`);
    return 0;
  }
  const { lookAtServer, printServerReport, problemOf } = await import("../federation/server-report.ts");
  const { openFederation } = await import("../federation/open-federation.ts");
  await using federation = await openFederation({ options, terminal });
  const report = await lookAtServer(name, federation);
  if (options.flag("json")) terminal.out(`${JSON.stringify(report, undefined, 2)}\n`);
  else await printServerReport(terminal, report);
  const problem = problemOf(name, report);
  if (problem === undefined) return 0;
  throw new CliError("INVALID_INPUT", problem);
}
