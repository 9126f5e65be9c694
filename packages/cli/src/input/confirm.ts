import type { CommandOption, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";

/** The option that says yes beforehand. */
export const yesOption: CommandOption = { type: "boolean", summary: "Does not ask; needed where nobody sits at a terminal" };

/**
 * Asks whether something is to be done that cannot be taken back.
 *
 * @returns Whether the answer is yes.
 * @throws {@link CliError} `USAGE` where nobody can be asked, and `--yes` is missing.
 */
export async function confirm({ options, terminal }: Pick<Invocation, "options" | "terminal">, question: string): Promise<boolean> {
  if (options.flag("yes")) return true;
  if (!terminal.isStdinTerminal) throw new CliError("USAGE", `${question} Say --yes: nobody can be asked here`);
  terminal.err(`${question} [yes/no] `);
  for await (const bytes of terminal.stdin) return /^\s*y(es)?\s*$/i.test(new TextDecoder().decode(bytes));
  return false;
}
