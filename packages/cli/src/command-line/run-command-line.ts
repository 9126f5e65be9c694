import { parseArgs, type ParseArgsConfig } from "node:util";
import { CliError } from "../errors.ts";
import type { Command } from "./command.ts";
import { commandHelp, overviewHelp, PROGRAM } from "./help.ts";
import { suggestName } from "./suggest-name.ts";
import { OptionValues } from "./option-values.ts";
import { printable, type Terminal } from "./terminal.ts";

/** Runs one command line of the given commands and returns the exit code; problems are told on standard error, without a stack. */
export async function runCommandLine(
  typed: readonly string[],
  { commands, version, terminal }: { readonly commands: readonly Command[]; readonly version: string; readonly terminal: Terminal },
): Promise<number> {
  // What operators do may be asked for with that word in front: `patrix admin room explain` is `patrix room explain`.
  const argv = typed[0] === "admin" ? typed.slice(1) : typed;
  const [first] = argv;
  if (first === "--version" || first === "-V") {
    terminal.out(`${version}\n`);
    return 0;
  }
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const asked = commands.find(({ name }) => name === argv.slice(1).join(" "));
    const help = asked === undefined ? overviewHelp(commands, version) : commandHelp(asked);
    (first === undefined ? terminal.err : terminal.out)(help);
    return first === undefined ? 2 : 0;
  }
  try {
    return await runCommand(findCommand(commands, argv), argv, terminal);
  } catch (error) {
    if (error instanceof CliError) {
      terminal.err(`${PROGRAM}: ${error.message.split("\n").map(printable).join("\n")}\n`);
      return error.exitCode;
    }
    terminal.err(`${PROGRAM}: internal error, please report it: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof Error && terminal.env["DEBUG"] === "patrix") terminal.err(`${error.stack ?? ""}\n`);
    return 2;
  }
}

/** A command of two words is looked for first. */
function findCommand(commands: readonly Command[], argv: readonly string[]): Command {
  const [first = "", second = ""] = argv;
  const found = commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first);
  if (found !== undefined) return found;
  const parts = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (parts.length > 0) throw new CliError("USAGE", `say which: ${parts.map(({ name }) => `${PROGRAM} ${name}`).join(", ")}`);
  const hint = suggestName(
    first,
    commands.map(({ name }) => name),
  );
  throw new CliError("USAGE", `there is no command ${JSON.stringify(first)}.${hint} ${PROGRAM} --help lists them all.`);
}

async function runCommand(command: Command, argv: readonly string[], terminal: Terminal): Promise<number> {
  const args = argv.slice(command.name.split(" ").length);
  const { values, positionals } = readArguments(command, args);
  if (values["help"] === true) {
    terminal.out(commandHelp(command));
    return 0;
  }
  const { minOperands = 0, maxOperands, name, operands } = command;
  if (positionals.length < minOperands || positionals.length > maxOperands) {
    const wanted = operands === "" ? "takes no operands" : `takes ${operands}`;
    throw new CliError("USAGE", `${PROGRAM} ${name} ${wanted}; see ${PROGRAM} ${name} --help`);
  }
  return command.run({ options: new OptionValues(values), operands: positionals, terminal });
}

function readArguments(
  command: Command,
  args: readonly string[],
): { values: ReturnType<typeof parseArgs>["values"]; positionals: readonly string[] } {
  const options: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean", short: "h" } };
  for (const [name, { type, short, multiple }] of Object.entries(command.options)) {
    options[name] = { type, ...(short === undefined ? {} : { short }), ...(multiple === true ? { multiple } : {}) };
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split(/[.] |\n/)[0] ?? "") : String(error);
    const typed = /'--?([^' ]+)/.exec(message)?.[1] ?? "";
    const isUnknown = message.startsWith("Unknown option");
    const hint = isUnknown
      ? suggestName(
          `--${typed}`,
          Object.keys(options).map((name) => `--${name}`),
        )
      : "";
    throw new CliError("USAGE", `${message}.${hint} ${PROGRAM} ${command.name} --help shows the options.`, { cause: error });
  }
}
