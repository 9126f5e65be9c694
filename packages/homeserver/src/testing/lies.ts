import { isJsonObject, type JsonObject } from "@patrix/api";
import { signRequest } from "@patrix/federation";
import type { SigningKey } from "@patrix/signatures";
import type { NetworkRequest } from "./network-request.ts";

/** Makes something else of what a server says; `undefined` leaves it as it is. It gets a copy of its own, which it may change. */
export type Lie = (said: JsonObject, request: NetworkRequest) => JsonObject | undefined;

/**
 * What a server says instead of the truth: it has forged, changed or withheld it. What it says to others is signed by it all the same, so that
 * they take it for what the server has said; the events within it keep the signatures that they had.
 *
 * @example
 * network.lies.set("c.example", {
 *   says: (transaction, { target }) => (target.includes("/send/") ? { ...transaction, pdus: [] } : undefined),
 *   answers: (answer, { target }) => (target.includes("/get_missing_events/") ? { events: [] } : undefined),
 * });
 */
export interface Lies {
  /** Changes the bodies of its requests. */
  readonly says?: Lie;
  /** Changes the bodies of its answers. */
  readonly answers?: Lie;
}

/** What a request of a liar becomes: its body and the header that signs it. */
export function saidBy(
  lies: Lies | undefined,
  request: NetworkRequest,
  key: SigningKey | undefined,
): { body: string; authorization: string } | undefined {
  const said = lies?.says && key ? parsed(request.body) : undefined;
  const content = said && lies?.says?.(said, request);
  if (!content || !key) return undefined;
  const { method, from: origin, to: destination, target: uri } = request;
  return { body: JSON.stringify(content), authorization: signRequest({ method, uri, origin, destination, content }, key) };
}

/** What an answer of a liar becomes. */
export function answeredBy(lies: Lies | undefined, request: NetworkRequest, bytes: Uint8Array): Uint8Array {
  const answer = lies?.answers && parsed(new TextDecoder().decode(bytes));
  const told = answer && lies?.answers?.(answer, request);
  return told ? new TextEncoder().encode(JSON.stringify(told)) : bytes;
}

function parsed(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
