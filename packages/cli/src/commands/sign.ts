import type { Command, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";
import { optionalRules, roomVersionOption } from "../input/room-version-option.ts";

/** `patrix sign`. */
export const sign: Command = {
  name: "sign",
  summary: "Signs a JSON object, or hashes and signs a PDU",
  operands: "[FILE]",
  maxOperands: 1,
  options: {
    "key-file": { type: "string", short: "k", value: "FILE", summary: "Signing key file, as homeservers have it: ed25519 VERSION SEED" },
    "server-name": { type: "string", short: "s", value: "NAME", summary: "The server that signs" },
    "room-version": { ...roomVersionOption, summary: "For PDUs: adds the content hash, and signs what redaction leaves" },
  },
  examples: [
    { line: "patrix sign -k signing.key -s example.org -r 11 pdu.json", does: "prints the PDU with hashes and signatures" },
    { line: "patrix sign -k signing.key -s example.org object.json", does: "signs any JSON object" },
  ],
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const rules = optionalRules(options);
  const keyFile = options.requiredText("key-file", "the file with the signing key; patrix generate-key makes one");
  const server = options.requiredText("server-name", "the name that the signature is filed under");
  const { hashAndSignEvent, parseSigningKeyFile, signJson } = await import("@patrix/signatures");
  const { isServerName } = await import("@patrix/identifiers");
  const { readInput } = await import("../input/read-input.ts");
  const { readSignedObject } = await import("../input/parse-input.ts");
  const { refusedAsInput } = await import("../input/refused-as-input.ts");
  if (!isServerName(server))
    throw new CliError("USAGE", `${JSON.stringify(server)} is not a server name, such as example.org or localhost:8448`);
  const { bytes } = await readInput(keyFile, terminal);
  const [key] = refusedAsInput(() => parseSigningKeyFile(new TextDecoder().decode(bytes)));
  if (key === undefined) throw new CliError("INVALID_INPUT", `${keyFile} holds no key`);
  const object = await readSignedObject(operands[0], terminal, rules);
  const signed = refusedAsInput(() => (rules === undefined ? signJson(object, server, key) : hashAndSignEvent(object, server, key, rules)));
  terminal.out(`${JSON.stringify(signed, undefined, 2)}\n`);
  return 0;
}
