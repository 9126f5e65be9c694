import type { RoomVersionRules } from "@patrix/room-versions";
import {
  failure,
  isFailure,
  planChecks,
  runChecks,
  runChecksAsync,
  type SignatureCheck,
  type SignatureFailure,
  type SignaturePlan,
} from "../json/check-signatures.ts";
import { isJsonObject, type JsonObject, own } from "../json/json-object.ts";
import { isEd25519KeyId } from "../keys/key-id.ts";
import { decodeBase64 } from "../keys/signing-key.ts";
import { isKeyValidAt, type KeyLookup } from "../keys/verify-key.ts";
import { contentHash, essentialText } from "./hashes.ts";
import { redact } from "./redact.ts";
import { requiredServers } from "./required-servers.ts";

/**
 * What became of a received event: `valid`, to be used as it came; `redacted`, because its content hash does not match, so that only the
 * redacted copy given here may be used; or `invalid`, to be dropped.
 */
export type VerifyEventResult =
  | { readonly outcome: "valid"; readonly event: JsonObject }
  | { readonly outcome: "redacted"; readonly event: JsonObject }
  | SignatureFailure;

interface EventPlan extends SignaturePlan {
  readonly result: VerifyEventResult;
}

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/**
 * Checks signatures and content hash of an event in federation format. Every required server must have signed with a known key that was
 * valid when the event was sent; unknown keys are skipped.
 *
 * It never throws on account of what the event is or holds, and leaves it as it is.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events}
 */
export function verifyEvent(event: object, rules: RoomVersionRules, keys: KeyLookup): VerifyEventResult {
  const plan = planEvent(event, rules, keys);
  return isFailure(plan) ? plan : (runChecks(plan) ?? plan.result);
}

/** As {@link verifyEvent}, with the arithmetic off the calling thread where the platform can. */
export async function verifyEventAsync(event: object, rules: RoomVersionRules, keys: KeyLookup): Promise<VerifyEventResult> {
  const plan = planEvent(event, rules, keys);
  return isFailure(plan) ? plan : ((await runChecksAsync(plan)) ?? plan.result);
}

const MAX_IN_FLIGHT = 64;

/**
 * Checks many events at once, on several cores where the platform can. The results are in the order of the events.
 * At most 64 events are under way at a time.
 */
export async function verifyMany(events: readonly object[], rules: RoomVersionRules, keys: KeyLookup): Promise<VerifyEventResult[]> {
  const results: VerifyEventResult[] = [];
  const queue = events.entries();
  const work = async (): Promise<void> => {
    for (const [index, event] of queue) results[index] = await verifyEventAsync(event, rules, keys);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_IN_FLIGHT, events.length) }, work));
  return results;
}

/** A key that has to be known before an event can be verified. */
export interface RequiredKey {
  readonly server: string;
  readonly keyId: string;
}

/** The keys with which the required servers say they signed an event: those to fetch before {@link verifyEvent}. */
export function requiredKeys(event: object, rules: RoomVersionRules): RequiredKey[] {
  if (!isJsonObject(event)) return [];
  const signatures = event["signatures"];
  if (!isJsonObject(signatures)) return [];
  return [...(requiredServers(event, rules) ?? [])].flatMap((server) => {
    const byKeyId = own(signatures, server);
    return isJsonObject(byKeyId)
      ? Object.keys(byKeyId)
          .filter(isEd25519KeyId)
          .map((keyId) => ({ server, keyId }))
      : [];
  });
}

function planEvent(event: object, rules: RoomVersionRules, keys: KeyLookup): EventPlan | SignatureFailure {
  if (!isJsonObject(event)) return failure("NOT_AN_OBJECT", "an event is a JSON object");
  const { hashes, signatures, origin_server_ts: originServerTs, type, content } = event;
  const expected = isJsonObject(hashes) ? own(hashes, "sha256") : undefined;
  if (typeof originServerTs !== "number" || typeof type !== "string" || !isJsonObject(content) || typeof expected !== "string") {
    return failure("MALFORMED_EVENT", "an event has type, content, origin_server_ts and hashes.sha256");
  }
  const servers = requiredServers(event, rules);
  if (servers === undefined) return failure("MALFORMED_EVENT", "a server that must have signed cannot be read from the event");
  const checks: SignatureCheck[] = [];
  for (const server of servers) {
    const find = (keyId: string): ReturnType<KeyLookup> => keys(server, keyId);
    const ofServer = planChecks(signatures, server, find, (key) => isKeyValidAt(key, originServerTs, rules.enforceKeyValidity));
    if (isFailure(ofServer)) return ofServer;
    checks.push(...ofServer);
  }
  try {
    const redacted = redact(event, rules);
    const bytes = encoder.encode(essentialText(redacted, rules));
    const result: VerifyEventResult = sameHash(expected, contentHash(event, rules))
      ? { outcome: "valid", event }
      : { outcome: "redacted", event: redacted };
    return { bytes, checks, result };
  } catch (error) {
    return failure("NOT_CANONICAL", error instanceof Error ? error.message : "the event has no Canonical JSON");
  }
}

/** Compares the hashes as bytes, since senders may pad their base64. */
function sameHash(claimed: string, actual: string): boolean {
  if (claimed === actual) return true;
  const bytes = decodeBase64(claimed);
  const expected = decodeBase64(actual);
  return bytes !== undefined && bytes.length === expected?.length && bytes.every((byte, index) => byte === expected[index]);
}
