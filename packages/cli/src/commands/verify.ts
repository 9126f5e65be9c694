import type { JsonObject } from "@patrix/api";
import type { RoomVersionRules } from "@patrix/room-versions";
import type { KeyLookup, VerifyEventResult, VerifyJsonResult } from "@patrix/signatures";
import type { Command, Invocation } from "../command-line/command.ts";
import { colour, printable, type Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import type { FetchedKeys, ServerReport } from "../federation/fetch-keys.ts";
import { federationOptions } from "../federation/federation-options.ts";
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
    "fetch-keys": { type: "boolean", summary: "Fetches the keys that are not given from the servers that must have signed" },
    notary: { type: "string", multiple: true, value: "NAME", summary: "With --fetch-keys: asked for keys that their server does not give" },
    ...federationOptions,
    json: { type: "boolean", summary: "Prints the outcome as JSON" },
  },
  examples: [
    {
      line: "patrix verify -r 11 --key example.org=ed25519:1=BASE64 pdu.json",
      does: "says valid, redacted (the hash does not match) or invalid",
    },
    { line: "patrix verify -r 11 --fetch-keys pdu.json", does: "finds the servers, fetches their keys, and verifies with these" },
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
  const { readSignedObject } = await import("../input/parse-input.ts");
  const given = await readKeys({ options, operands, terminal });
  const object = await readSignedObject(operands[0], terminal, rules);
  const subject: Subject = rules === undefined ? { object, server: server ?? "" } : { object, rules };
  const fetched = options.flag("fetch-keys") ? await fetchFor(subject, given, { options, terminal }) : undefined;
  const { keyLookup } = await import("@patrix/signatures");
  const result = await check(subject, fetched?.lookup ?? keyLookup(given));
  const unreached = fetched?.servers.find(({ outcome }) => outcome === "failed");
  const isUnknown = unreached !== undefined && "code" in result && result.code === "NO_KNOWN_KEY";
  if (options.flag("json")) {
    const report = { ...result, ...(isUnknown && { outcome: "unknown" }), ...(fetched && { servers: fetched.servers }) };
    terminal.out(`${JSON.stringify(report, undefined, 2)}\n`);
  } else if (!isUnknown) {
    terminal.out(`${[describe(terminal, result), ...(fetched?.servers ?? []).map(describeServer)].join("\n")}\n`);
  }
  if (isUnknown) throw notFetched(unreached);
  return result.outcome === "valid" ? 0 : 1;
}

/** What is verified: a PDU, or any object with the signature of a server. */
type Subject =
  | { readonly object: JsonObject; readonly rules: RoomVersionRules; readonly server?: never }
  | { readonly object: JsonObject; readonly server: string; readonly rules?: never };

async function check({ object, rules, server }: Subject, lookup: KeyLookup): Promise<VerifyEventResult | VerifyJsonResult> {
  const { verifyEvent, verifyJson } = await import("@patrix/signatures");
  return rules === undefined ? verifyJson(object, server, (id) => lookup(server, id)) : verifyEvent(object, rules, lookup);
}

async function fetchFor(subject: Subject, given: PublicKeys, { options, terminal }: Omit<Invocation, "operands">): Promise<FetchedKeys> {
  const { fetchKeys } = await import("../federation/fetch-keys.ts");
  const { openFederation } = await import("../federation/open-federation.ts");
  const { wantedKeys } = await import("../federation/wanted-keys.ts");
  await using federation = await openFederation({ options, terminal });
  return await fetchKeys({ wanted: wantedKeys(subject), given, notaries: options.list("notary") }, federation);
}

function notFetched({ server, problem }: ServerReport): CliError {
  const { code = "", message = "", advice = "" } = problem ?? {};
  const steps = `patrix server-name ${server} shows each step; --notary NAME asks another server, and --key gives a key by hand.`;
  return new CliError("KEYS_NOT_FETCHED", `the keys of ${server} cannot be fetched: ${message} [${code}]. ${advice} ${steps}`);
}

function describeServer({ server, outcome, keys, problem }: ServerReport): string {
  const listed = keys.map(({ keyId, validUntil, retired }) =>
    retired === undefined ? `${keyId}${validUntil === undefined ? "" : ` valid until ${validUntil}`}` : `${keyId} retired ${retired}`,
  );
  const why = problem === undefined ? [] : [`${problem.message} [${problem.code}]. ${problem.advice}`];
  return `  ${printable(`${server}: ${outcome} ${[...listed, ...why].join(", ")}`)}`;
}

async function readKeys({ options, terminal }: Invocation): Promise<PublicKeys> {
  const { keysFromJson, keysFromTexts } = await import("../input/read-keys.ts");
  const file = options.text("keys");
  const given = keysFromTexts(options.list("key"));
  if (file === undefined && Object.keys(given).length === 0 && !options.flag("fetch-keys")) {
    throw new CliError("USAGE", "no public key: give --key SERVER=ed25519:ID=BASE64, --keys FILE or --fetch-keys");
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
  return `${colour(terminal, "red", "invalid")}: ${printable(`${result.message ?? ""}${result.entity === undefined ? "" : ` (${result.entity})`}`)} [${result.code ?? ""}]`;
}
