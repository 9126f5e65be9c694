/** What a command sees of the outside, so that tests can call commands directly. */
export interface Terminal {
  /** Writes a result. */
  readonly out: (text: string) => void;
  /** Writes a message for people. */
  readonly err: (text: string) => void;
  /** Reads standard input in pieces until its end. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Whether a person would have to type the input. */
  readonly isStdinTerminal: boolean;
  readonly isStdoutTerminal: boolean;
  readonly isStderrTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    isStdinTerminal: process.stdin.isTTY,
    isStdoutTerminal: process.stdout.isTTY,
    isStderrTerminal: process.stderr.isTTY,
    env: process.env,
  };
}

type Colour = "red" | "green" | "yellow" | "dim" | "bold";
const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 };

/**
 * Colours a text: always with `FORCE_COLOR`, unless it is 0 or false, never with `NO_COLOR`, else where standard output is a
 * terminal. Of both variables `FORCE_COLOR` counts.
 *
 * @see {@link https://no-color.org} and {@link https://force-color.org}
 */
export function colour(terminal: Terminal, name: Colour, text: string): string {
  const force = terminal.env["FORCE_COLOR"] ?? "";
  const isForced = force !== "" && force !== "0" && force !== "false";
  const isWanted = force === "" ? terminal.isStdoutTerminal && (terminal.env["NO_COLOR"] ?? "") === "" : isForced;
  return isWanted ? `\u001B[${CODES[name]}m${text}\u001B[0m` : text;
}

/** A text of unknown origin as it may go to a terminal: control characters, which could rewrite the screen or forge a row, are escaped. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
