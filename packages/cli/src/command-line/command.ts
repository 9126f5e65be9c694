import type { OptionValues } from "./option-values.ts";
import type { Terminal } from "./terminal.ts";

/** One option of a command. */
export interface CommandOption {
  readonly type: "string" | "boolean";
  /** One letter. */
  readonly short?: string | undefined;
  /** Whether it may be given several times. */
  readonly multiple?: boolean | undefined;
  /** What stands for the value in the help, such as `FILE`. */
  readonly value?: string | undefined;
  readonly summary: string;
}

/** An example in the help of a command. */
export interface CommandExample {
  /** The command line, as it is typed. */
  readonly line: string;
  readonly does: string;
}

/** What a command gets to work with. */
export interface Invocation {
  readonly options: OptionValues;
  readonly operands: readonly string[];
  readonly terminal: Terminal;
}

/** The declaration of one command: its help is made from it, and its options are read by it. */
export interface Command {
  /** One or two words. */
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** The operands as the help shows them, such as `[FILE]`. */
  readonly operands: string;
  /** How many operands there may be at most. */
  readonly maxOperands: number;
  readonly minOperands?: number | undefined;
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly examples: readonly CommandExample[];
  /** Further paragraphs of the help. */
  readonly details?: string | undefined;
  /**
   * Does the work; imports what it needs itself, so that other commands start without it.
   *
   * @returns the exit code: 0, or 1 for input that was found invalid.
   * @throws {@link CliError} for everything that the user can mend.
   */
  run(invocation: Invocation): Promise<number>;
}
