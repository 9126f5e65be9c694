import { processTerminal, type Terminal } from "./command-line/terminal.ts";
import { runCommandLine } from "./command-line/run-command-line.ts";
import { commands } from "./commands.ts";

/** Version of the command line, the same as of its package. */
export const CLI_VERSION = "0.1.0";

/**
 * Runs one command line of `patrix`. Never throws on account of its input.
 *
 * @param argv - the arguments, without program and script.
 * @returns the exit code: 0 for success, 1 for invalid input, 2 where the command could not do its work.
 */
export async function runCli(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  return runCommandLine(argv, { commands, version: CLI_VERSION, terminal });
}
