import type { Command, Invocation } from "../command-line/command.ts";
import { requiredRules, roomVersionOption } from "../input/room-version-option.ts";

/** `patrix pdu inspect`. */
export const pduInspect: Command = {
  name: "pdu inspect",
  summary: "Tells everything that follows from a PDU: IDs, hashes, size, references, the keys that must have signed",
  operands: "[FILE]",
  maxOperands: 1,
  options: { "room-version": roomVersionOption },
  examples: [{ line: "patrix pdu inspect --room-version 11 pdu.json", does: "prints JSON" }],
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const rules = requiredRules(options);
  const { readSignedObject } = await import("../input/parse-input.ts");
  const { refusedAsInput } = await import("../input/refused-as-input.ts");
  const { canonicalJsonSizeBytes } = await import("@patrix/canonical-json");
  const signatures = await import("@patrix/signatures");
  const pdu = await readSignedObject(operands[0], terminal, rules);
  const issues = signatures.checkPduFormat(pdu, rules);
  const strict = rules.authorization.strictCanonicalJson;
  const found = refusedAsInput(() => {
    const { eventId, roomId, prevEvents, authEvents } = signatures.fromFederation(pdu, rules);
    const hash = signatures.contentHash(pdu, rules);
    const claimed =
      typeof pdu["hashes"] === "object" && pdu["hashes"] !== null && "sha256" in pdu["hashes"] ? pdu["hashes"].sha256 : undefined;
    return {
      roomVersion: rules.id,
      eventId,
      roomId,
      type: pdu["type"],
      sender: pdu["sender"],
      stateKey: pdu["state_key"],
      sentAt: timeOf(pdu["origin_server_ts"]),
      sizeBytes: canonicalJsonSizeBytes(pdu, { strict }),
      contentHash: { computed: hash, claimed, matches: hash === claimed },
      referenceHash: signatures.referenceHash(pdu, rules),
      prevEvents,
      authEvents,
      requiredServers: [...(signatures.requiredServers(pdu, rules) ?? [])],
      requiredKeys: signatures.requiredKeys(pdu, rules),
      formatIssues: issues,
    };
  });
  terminal.out(`${JSON.stringify(found, undefined, 2)}\n`);
  return issues.length === 0 && found.contentHash.matches ? 0 : 1;
}

function timeOf(ts: unknown): string | undefined {
  const date = new Date(typeof ts === "number" ? ts : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
