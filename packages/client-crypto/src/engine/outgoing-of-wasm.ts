import { type OlmMachine, RequestType } from "@matrix-org/matrix-sdk-crypto-wasm";
import { isJsonObject, type JsonObject } from "@patrix/api";
import type { RoomId } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";
import type { OutgoingKind, OutgoingRequest } from "./outgoing-request.ts";

/** Kinds of requests, as the engine numbers them. */
export const requestTypes: Readonly<Record<OutgoingKind, RequestType>> = {
  "keys-upload": RequestType.KeysUpload,
  "keys-query": RequestType.KeysQuery,
  "keys-claim": RequestType.KeysClaim,
  "to-device": RequestType.ToDevice,
  "signatures-upload": RequestType.SignatureUpload,
  "room-message": RequestType.RoomMessage,
  backup: RequestType.KeysBackup,
};

const kinds: ReadonlyMap<RequestType, OutgoingKind> = new Map(
  Object.entries(requestTypes).map(([kind, type]) => [type, kind as OutgoingKind]),
);

type EngineRequest = Awaited<ReturnType<OlmMachine["outgoingRequests"]>>[number];

/** Makes plain data of a request of the engine. */
export function toOutgoing(request: EngineRequest): OutgoingRequest {
  const kind = kinds.get(request.type) ?? "to-device";
  const member = (name: string): string | undefined => {
    const value: unknown = Reflect.get(request, name);
    return typeof value === "string" ? value : undefined;
  };
  // A room ID of the engine's is one that it was given.
  const roomId = member("room_id") as RoomId | undefined;
  return {
    id: request.id,
    kind,
    body: requireObject(request.body),
    eventType: member("event_type"),
    txnId: member("txn_id"),
    roomId,
    version: member("version"),
  };
}

/** Reads a JSON object; `undefined` for what is none. */
export function parseObject(text: string): JsonObject | undefined {
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : undefined;
}

/** Reads what has to be a JSON object. */
export function requireObject(text: string): JsonObject {
  const value = parseObject(text);
  if (!value) throw new CryptoError("ENGINE_FAILED", "the engine gave something that is no JSON object");
  return value;
}
