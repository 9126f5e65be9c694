import type { Endpoint, JsonObject } from "@patrix/api";
import type { EventId, RoomId } from "@patrix/identifiers";
import { claimKeys, putRoomKeys, queryKeys, sendToDevice, uploadCrossSigningSignatures, uploadKeys } from "@patrix/client-api";
import type { CryptoEngine } from "../engine/crypto-engine.ts";
import type { OutgoingKind, OutgoingRequest } from "../engine/outgoing-request.ts";
import { CryptoError } from "../errors.ts";

/** Sends requests to the homeserver. */
export interface CryptoRequests {
  /** Sends the request of an endpoint; failures that may pass are tried again with the same request. @throws What the server answered. */
  send<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req, options?: { readonly idempotent?: boolean | undefined }): Promise<Res>;
  /**
   * Sends an event of a verification to a room, encrypted where the room is; the same transaction makes one event. Without it users are not
   * verified in rooms.
   *
   * @throws What encrypting and the server throw.
   */
  sendEvent?(roomId: RoomId, event: { readonly type: string; readonly content: JsonObject }, txnId: string): Promise<{ event_id: EventId }>;
}

/** Sends what an engine wants sent, and gives the answer. @throws What {@link CryptoRequests.send} throws. */
export function sendOutgoing(
  requests: CryptoRequests,
  { kind, body, eventType, txnId, roomId, version }: OutgoingRequest,
): Promise<unknown> {
  // All of them may be repeated: keys and signatures are the same ones, messages have a transaction, claimed keys are plenty.
  const send = <Req, Res>(endpoint: Endpoint<Req, Res>, request: object): Promise<Res> =>
    // The engine makes bodies as the specification has them.
    requests.send(endpoint, request as Req, { idempotent: true });
  const byKind: Readonly<Record<OutgoingKind, () => Promise<unknown>>> = {
    "keys-upload": () => send(uploadKeys, { body }),
    "keys-query": () => send(queryKeys, { body }),
    "keys-claim": () => send(claimKeys, { body }),
    "signatures-upload": () => send(uploadCrossSigningSignatures, { body }),
    "to-device": () => send(sendToDevice, { path: { eventType: require(eventType), txnId: require(txnId) }, body }),
    "room-message": () => sendEventOf(requests)(require(roomId), { type: require(eventType), content: body }, require(txnId)),
    backup: () => send(putRoomKeys, { query: { version: require(version) }, body }),
  };
  return byKind[kind]();
}

/** Sends what an engine wants sent, and lets it take the answer in. @throws What {@link CryptoRequests.send} throws, and {@link CryptoError}. */
export async function exchange(
  { engine, requests }: { readonly engine: Pick<CryptoEngine, "markAsSent">; readonly requests: CryptoRequests },
  request: OutgoingRequest,
): Promise<void> {
  await engine.markAsSent(request, await sendOutgoing(requests, request));
}

/** What sends events to rooms. @throws {CryptoError} `ENGINE_FAILED` if there is nothing that does. */
export function sendEventOf(requests: CryptoRequests): NonNullable<CryptoRequests["sendEvent"]> {
  const sendEvent = requests.sendEvent?.bind(requests);
  if (!sendEvent) throw new CryptoError("ENGINE_FAILED", "nothing here sends events to rooms");
  return sendEvent;
}

function require<T extends string>(value: T | undefined): T {
  if (value === undefined) throw new CryptoError("ENGINE_FAILED", "the engine made a request that lacks something");
  return value;
}
