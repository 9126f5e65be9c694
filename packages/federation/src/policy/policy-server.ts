import { isJsonObject, type JsonObject } from "@patrix/api";
import { askPolicyServerToSign } from "@patrix/federation-api";
import type { RoomVersionRules } from "@patrix/room-versions";
import { createVerifyKey, redact, verifyJson, type VerifyKey } from "@patrix/signatures";
import type { FederationClient, FederationRequestOptions } from "../client/federation-client.ts";
import { FederationError } from "../errors.ts";

/** ID of the key with which policy servers sign. */
export const POLICY_SERVER_KEY_ID = "ed25519:policy_server";

/** The policy server that a room uses. */
export interface PolicyServer {
  readonly server: string;
  readonly key: VerifyKey;
}

/**
 * Reads which policy server a room uses; `undefined` for none: the content must be valid, and the server must have a joined user.
 *
 * @param content content of the room's current `m.room.policy` with the empty state key, `undefined` where there is none.
 * @param hasJoinedUser whether a server has a joined user in the room's current state.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#determining-if-a-policy-server-is-enabled-in-a-room}
 */
export function getPolicyServer(content: object | undefined, hasJoinedUser: (server: string) => boolean): PolicyServer | undefined {
  if (!isJsonObject(content)) return undefined;
  const { via, public_keys: keys } = content;
  const publicKey = isJsonObject(keys) && Object.hasOwn(keys, "ed25519") ? keys["ed25519"] : undefined;
  if (typeof via !== "string" || typeof publicKey !== "string" || !hasJoinedUser(via)) return undefined;
  try {
    return { server: via, key: createVerifyKey(publicKey, POLICY_SERVER_KEY_ID) };
  } catch {
    // A string that is no key cannot verify anything: the room would be stuck.
    return undefined;
  }
}

/** Whether a policy server is asked about an event: about every one but `m.room.policy` with the empty state key. */
export function needsPolicySignature(event: JsonObject): boolean {
  return event["type"] !== "m.room.policy" || event["state_key"] !== "";
}

/**
 * Whether an event carries a valid signature of the policy server, or needs none. Without one it is not recommended: it is soft failed, or
 * not sent.
 *
 * @param event the event in federation format.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#validating-policy-server-signatures}
 */
export function hasPolicySignature(event: JsonObject, { server, key }: PolicyServer, rules: RoomVersionRules): boolean {
  if (!needsPolicySignature(event)) return true;
  try {
    const signed = { ...redact(event, rules), signatures: event["signatures"] };
    return verifyJson(signed, server, [key]).outcome === "valid";
  } catch {
    return false;
  }
}

/** An event and what its signature is asked with. */
export interface PolicyRequest {
  /** In federation format, signed by its own server. */
  readonly event: JsonObject;
  readonly policyServer: PolicyServer;
  readonly rules: RoomVersionRules;
}

/**
 * Asks the policy server to sign an event, and returns a copy that carries the signature. An event that needs none is returned as it is.
 *
 * @throws MatrixError of the policy server, to be passed on to the client as it is; {@link FederationError}
 * `POLICY_SIGNATURE_NOT_VALID` where the answer lacks a valid signature, and those of {@link FederationClient.request}.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#asking-for-a-policy-server-signature-on-an-event}
 */
export async function requestPolicySignature(
  client: FederationClient,
  { event, policyServer, rules }: PolicyRequest,
  options: FederationRequestOptions = { timeoutMs: 15_000 },
): Promise<JsonObject> {
  if (!needsPolicySignature(event)) return event;
  const { server } = policyServer;
  const answer = await client.request(server, askPolicyServerToSign, { body: event }, { maxResponseSizeBytes: 64 * 1024, ...options });
  const signature = Object.hasOwn(answer, server) ? answer[server]?.[POLICY_SERVER_KEY_ID] : undefined;
  const signed = signature === undefined ? undefined : withSignature(event, server, signature);
  if (signed && hasPolicySignature(signed, policyServer, rules)) return signed;
  throw new FederationError("POLICY_SIGNATURE_NOT_VALID", `the policy server ${server} gave no valid signature`);
}

function withSignature(event: JsonObject, server: string, signature: string): JsonObject {
  const signatures = isJsonObject(event["signatures"]) ? event["signatures"] : {};
  const ofServer = Object.hasOwn(signatures, server) ? signatures[server] : undefined;
  const present = isJsonObject(ofServer) ? ofServer : {};
  return { ...event, signatures: { ...signatures, [server]: { ...present, [POLICY_SERVER_KEY_ID]: signature } } };
}
