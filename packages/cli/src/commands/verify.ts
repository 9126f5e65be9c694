import type { Command, Invocation } from "../command-line/command.ts";
import { colour, type Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import type { PublicKeys } from "../input/read-keys.ts";
import { optionalRules, roomVersionOption } from "../input/room-version-option.ts";

/** `patrix verify`. */
export const verify: Command = {
  name: "verify",
  summary: "Verifies the signatures and hash of a PDU, or a server's signature on a JSON object",
  operands: "[FILE]",
  maxOperands: 1,
  options: {
    "room-version": { ...roomVersionOption, summary: "For PDUs" },
    "server-name": { type: "string", short: "s", value: "NAME", summary: "For any JSON object: the server whose signature is checked" },
    key: { type: "string", multiple: true, value: "SERVER=ed25519:ID=BASE64", summary: "A public key; may be repeated" },
    keys: {
      type: "string",
      value: "FILE",
      summary: "Public keys as {server: {keyId: base64}}, or a server's answer to /_matrix/key/v2/server",
    },
    json: { type: "boolean", summary: "Prints the outcome as JSON" },
  },
  examples: [
    {
      line: "patrix verify -r 11 --key example.org=ed25519:1=BASE64 pdu.json",
      does: "says valid, redacted (the hash does not match) or invalid",
    },
    { line: "patrix verify -s example.org --keys keys.json object.json", does: "verifies any signed object" },
  ],
  details: "Which servers must have signed a PDU follows from the PDU; patrix pdu inspect names the keys.",
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const rules = optionalRules(options);
  const server = options.text("server-name");
  if ((rules === undefined) === (server === undefined)) {
    throw new CliError("USAGE", "say either --room-version, for a PDU, or --server-name, for another JSON object");
  }
  const { keyLookup, verifyEvent, verifyJson } = await import("@patrix/signatures");
  const { readSignedObject } = await import("../input/parse-input.ts");
  const lookup = keyLookup(await readKeys({ options, operands, terminal }));
  const object = await readSignedObject(operands[0], terminal, rules);
  const result =
    rules === undefined ? verifyJson(object, server ?? "", (id) => lookup(server ?? "", id)) : verifyEvent(object, rules, lookup);
  const { outcome } = result;
  if (options.flag("json")) terminal.out(`${JSON.stringify(result, undefined, 2)}\n`);
  else terminal.out(`${describe(terminal, result)}\n`);
  return outcome === "valid" ? 0 : 1;
}

async function readKeys({ options, terminal }: Invocation): Promise<PublicKeys> {
  const { keysFromJson, keysFromTexts } = await import("../input/read-keys.ts");
  const file = options.text("keys");
  const given = keysFromTexts(options.list("key"));
  if (file === undefined && Object.keys(given).length === 0) {
    throw new CliError("USAGE", "no public key: give --key SERVER=ed25519:ID=BASE64 or --keys FILE");
  }
  if (file === undefined) return given;
  const { parseJsonInput } = await import("../input/parse-input.ts");
  const { readInput } = await import("../input/read-input.ts");
  return { ...keysFromJson(parseJsonInput(await readInput(file, terminal))), ...given };
}

function describe(
  terminal: Terminal,
  result: { readonly outcome: string; readonly code?: string; readonly entity?: string | undefined; readonly message?: string },
): string {
  if (result.outcome === "valid") return colour(terminal, "green", "valid");
  if (result.outcome === "redacted")
    return `${colour(terminal, "yellow", "redacted")}: signed, but the content hash does not match; only the redacted copy counts`;
  return `${colour(terminal, "red", "invalid")}: ${result.message ?? ""}${result.entity === undefined ? "" : ` (${result.entity})`} [${result.code ?? ""}]`;
}
