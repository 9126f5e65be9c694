import type { Command, Invocation } from "../command-line/command.ts";

/** `patrix canonicalize`. */
export const canonicalize: Command = {
  name: "canonicalize",
  summary: "Prints the Canonical JSON of a JSON text, or what keeps it from having one",
  operands: "[FILE]",
  maxOperands: 1,
  options: {
    check: { type: "boolean", summary: "Prints nothing; exit code 1 if the text is not Canonical JSON byte for byte" },
  },
  examples: [{ line: "patrix canonicalize event.json | sha256sum", does: "hashes the canonical form; no line break is added to it" }],
  details: "Floats, exponents, -0, integers beyond 2^53 - 1, duplicate keys and lone surrogates are reported with byte offsets.",
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const { encodeCanonicalJson, isCanonicalJson, scanJson } = await import("@patrix/canonical-json");
  const { readInput } = await import("../input/read-input.ts");
  const { name, bytes } = await readInput(operands[0], terminal);
  const { value, issues } = scanJson(bytes);
  for (const { message, offsetBytes, pointer, code } of issues) {
    terminal.err(`${name}: byte ${offsetBytes}, ${pointer === "" ? "the root" : pointer}: ${message} [${code}]\n`);
  }
  if (issues.length > 0) return 1;
  if (!options.flag("check")) {
    terminal.out(encodeCanonicalJson(value) + (terminal.isStdoutTerminal ? "\n" : ""));
    return 0;
  }
  if (isCanonicalJson(bytes)) return 0;
  terminal.err(`${name}: valid, but not in canonical form; patrix canonicalize prints it\n`);
  return 1;
}
