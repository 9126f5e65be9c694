import { runCli, type Terminal } from "../src/index.ts";

/** What a command line came to. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line in this process, with `stdin` as its input. */
export async function run(
  line: readonly string[],
  stdin: string | Uint8Array | AsyncIterable<Uint8Array> = "",
  env: Terminal["env"] = {},
  { isStdinTerminal = false, isStderrTerminal = false }: Partial<Pick<Terminal, "isStdinTerminal" | "isStderrTerminal">> = {},
): Promise<Outcome> {
  const outcome: Outcome = { code: -1, out: "", err: "" };
  const terminal: Terminal = {
    out: (text) => void (outcome.out += text),
    err: (text) => void (outcome.err += text),
    stdin: (async function* () {
      if (typeof stdin === "string") yield new TextEncoder().encode(stdin);
      else if (stdin instanceof Uint8Array) yield stdin;
      else yield* stdin;
    })(),
    isStdinTerminal,
    isStdoutTerminal: false,
    isStderrTerminal,
    env,
  };
  outcome.code = await runCli(line, terminal);
  return outcome;
}
