import type { Command, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";

/** `patrix generate-key`. */
export const generateKey: Command = {
  name: "generate-key",
  summary: "Makes a signing key file and prints its public half",
  operands: "FILE",
  minOperands: 1,
  maxOperands: 1,
  options: {},
  examples: [{ line: "patrix generate-key signing.key", does: "writes a new file, readable by you alone; never over an old one" }],
  run,
};

async function run({ operands: [path = ""], terminal }: Invocation): Promise<number> {
  const { formatSigningKeyFile, generateSigningKey } = await import("@patrix/signatures");
  const { writeFile } = await import("node:fs/promises");
  // A name that no earlier key of the server has; the specification asks for word characters.
  const key = generateSigningKey(`ed25519:${Math.random().toString(36).slice(2, 8).padEnd(6, "0")}`);
  try {
    await writeFile(path, formatSigningKeyFile([key]), { mode: 0o600, flag: "wx" });
  } catch (error) {
    const { reasonOf } = await import("../input/read-input.ts");
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    const reason = isThere ? "the file is there already, and may be in use" : reasonOf(error);
    throw new CliError("UNWRITABLE_OUTPUT", `cannot write ${path}: ${reason}`, { cause: error });
  }
  terminal.out(`${key.keyId} ${key.publicKey}\n`);
  return 0;
}
