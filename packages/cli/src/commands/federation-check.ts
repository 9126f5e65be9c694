import { readFile } from "node:fs/promises";
import type { Command, Invocation } from "../command-line/command.ts";
import { printable } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import { federationOptions } from "../federation/federation-options.ts";
import type { AskingServer, Federation } from "../federation/open-federation.ts";
import { configOption, readConfig } from "../input/config-option.ts";
import { requireServerName } from "../input/require-server-name.ts";

/** `patrix federation check`. */
export const federationCheck: Command = {
  name: "federation check",
  summary: "Checks whether a server can be reached, gives its keys, and takes requests of this homeserver",
  operands: "NAME",
  minOperands: 1,
  maxOperands: 1,
  options: {
    config: { ...configOption, summary: "Config file of the homeserver in whose name it is asked. Default: a request without a name" },
    ...federationOptions,
    json: { type: "boolean", summary: "Prints JSON" },
  },
  examples: [
    { line: "patrix federation check matrix.org", does: "looks whether this machine reaches matrix.org" },
    {
      line: "patrix federation check --config patrix.yaml matrix.org",
      does: "also looks whether matrix.org finds the keys of this homeserver and takes its requests",
    },
  ],
  details: "Exit code 1 means that something does not work; what was found out until then is printed.",
  run,
};

/** What the server answers to requests that any server may send. */
interface Answers {
  /** Its software, if it says. */
  readonly version?: string | undefined;
  /** Whether it takes requests that this homeserver signs; left out where none was sent. */
  readonly takesRequests?: boolean | undefined;
  readonly problem?: string | undefined;
}

async function run({ options, operands: [name = ""], terminal }: Invocation): Promise<number> {
  await requireServerName(name);
  const { lookAtServer, printServerReport, problemOf } = await import("../federation/server-report.ts");
  const { openFederation } = await import("../federation/open-federation.ts");
  const own = options.text("config") === undefined ? undefined : await ownServer({ options, terminal });
  await using federation = await openFederation({ options, terminal }, own);
  const report = await lookAtServer(name, federation);
  const answers: Answers = report.problem ? {} : await ask(name, federation, own !== undefined);
  if (options.flag("json")) terminal.out(`${JSON.stringify({ ...report, ...answers }, undefined, 2)}\n`);
  else {
    await printServerReport(terminal, report);
    if (answers.version !== undefined) terminal.out(`version   ${printable(answers.version)}\n`);
    if (answers.takesRequests === true) terminal.out(`requests  of ${own?.serverName ?? ""} are taken\n`);
  }
  const problem = problemOf(name, report) ?? (answers.problem && `${name}: ${answers.problem}`);
  if (problem !== undefined) throw new CliError("INVALID_INPUT", problem);
  return 0;
}

/** The homeserver in whose name it is asked. @throws {@link CliError} `CANNOT_START`, `UNREADABLE_INPUT` or `INVALID_INPUT`. */
async function ownServer(invocation: Pick<Invocation, "options" | "terminal">): Promise<AskingServer> {
  const { signingKeyPath } = await import("@patrix/homeserver");
  const { parseSigningKeyFile } = await import("@patrix/signatures");
  const { refusedAsInput } = await import("../input/refused-as-input.ts");
  const config = await readConfig(invocation);
  const path = signingKeyPath(config);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new CliError("UNREADABLE_INPUT", `${path}, the signing key of the homeserver, cannot be read: start the homeserver once`, {
      cause,
    });
  });
  const [signingKey] = refusedAsInput(() => parseSigningKeyFile(text));
  if (!signingKey) throw new CliError("INVALID_INPUT", `${path} holds no signing key`);
  return { serverName: config.server_name, signingKey };
}

async function ask(name: string, { client }: Federation, isSigned: boolean): Promise<Answers> {
  const { getVersion, queryProfile } = await import("@patrix/federation-api");
  const { describeFailure } = await import("../federation/failure.ts");
  const { MatrixError } = await import("@patrix/api");
  let version: string;
  try {
    const { server } = await client.request(name, getVersion, {});
    version = [server?.name, server?.version].filter((part) => part !== undefined).join(" ");
  } catch (error) {
    return { problem: describeFailure(error).message };
  }
  if (!isSigned) return { version };
  try {
    // Nobody has that name, and every server answers to it.
    const query = { user_id: `@patrix-federation-check:${name}` as const };
    await client.request(name, queryProfile, { query });
  } catch (error) {
    if (!(error instanceof MatrixError)) return { version, problem: describeFailure(error).message };
    if (error.status === 401)
      return {
        version,
        takesRequests: false,
        problem:
          "it does not take requests of this homeserver: look whether it reaches this homeserver, and finds its keys there (patrix server-name)",
      };
  }
  return { version, takesRequests: true };
}
