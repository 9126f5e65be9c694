import type { Command, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";

/** `patrix server-name`. */
export const serverName: Command = {
  name: "server-name",
  summary: "Reads a server name, and finds out how other servers reach it",
  operands: "NAME",
  minOperands: 1,
  maxOperands: 1,
  options: {
    offline: { type: "boolean", summary: "Only reads the name; looks nothing up" },
    "allow-private": { type: "boolean", summary: "Also connects to private addresses, such as localhost" },
  },
  examples: [
    { line: "patrix server-name matrix.org", does: "prints the steps of the discovery, where to connect, and which certificate counts" },
    { line: "patrix server-name --offline '[2001:db8::1]:8448'", does: "prints host and port" },
  ],
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
  const { createAddressPolicy, isFederationError, resolveServerName } = await import("@patrix/federation");
  const { nodeDns, NodeHttpsConnector, systemClock } = await import("@patrix/federation/node");
  const mayConnect = createAddressPolicy({ allow: options.flag("allow-private") ? ["0.0.0.0/0", "::/0"] : [] });
  const ports = { dns: nodeDns(), https: new NodeHttpsConnector(), clock: systemClock, random: Math.random, mayConnect };
  try {
    terminal.out(`${JSON.stringify(await resolveServerName(name, ports), undefined, 2)}\n`);
    return 0;
  } catch (error) {
    if (isFederationError(error)) throw new CliError("INVALID_INPUT", `${name}: ${error.message} [${error.code}]`, { cause: error });
    throw error;
  }
}
