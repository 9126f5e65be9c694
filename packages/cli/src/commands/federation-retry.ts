import { administrationOptions, openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import type { Command, Invocation } from "../command-line/command.ts";
import { requireServerName } from "../input/require-server-name.ts";

/** `patrix federation retry`. */
export const federationRetry: Command = {
  name: "federation retry",
  summary: "Has a running homeserver try servers again at once that it leaves alone since they did not answer",
  operands: "NAME ...",
  minOperands: 1,
  maxOperands: Number.POSITIVE_INFINITY,
  options: administrationOptions,
  examples: [
    {
      line: `${TOKEN_VARIABLE}=… patrix federation retry example.org`,
      does: "sends what waits for example.org, if it answers",
    },
  ],
  details: tokenDetails,
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { operands, terminal } = invocation;
  for (const name of operands) await requireServerName(name);
  const homeserver = await openAdministration(invocation);
  for (const name of operands) {
    await homeserver.ask("POST", `/v1/federation/destinations/${encodeURIComponent(name)}/reset_connection`);
    terminal.err(`${name} is tried again\n`);
  }
  return 0;
}
