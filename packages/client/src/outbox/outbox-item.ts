import { isJsonObject, type JsonObject } from "@patrix/api";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { Progress, Sending } from "./sending.ts";

/** An event to send, as it is kept over restarts. */
export interface OutboxItem {
  readonly txnId: string;
  /** The order of sending. */
  readonly seq: number;
  readonly roomId: RoomId;
  readonly type: string;
  readonly content: JsonObject;
  /** For redactions: the event to redact. */
  readonly redacts?: EventId | undefined;
  /** Why it failed for good. */
  readonly failure?: string | undefined;
  /** Of what failed: whether the server may have taken it in all the same, at an earlier try whose answer was lost. */
  readonly attempted?: boolean | undefined;
}

/** What is known of an event once it is ready to be sent. */
export type PreparedContent = Pick<OutboxItem, "content" | "redacts">;

/** An event that somebody wants sent. */
export interface SendRequest {
  readonly roomId: RoomId;
  readonly type: string;
  /** The transaction ID; a random one by default. */
  readonly txnId?: string | undefined;
  /** Whether preparing means to upload something. */
  readonly uploads?: boolean | undefined;
  /** What there is to see of it before it is prepared. */
  readonly preview?: PreparedContent | undefined;
  /** Makes the content; may be asked again after a failure that may pass. */
  prepare(context: { signal: AbortSignal; onProgress: (progress: Progress) => void }): PreparedContent | Promise<PreparedContent>;
}

/** An event on its way, as far as there is something to see of it. */
export interface PendingEvent extends PreparedContent {
  readonly sending: Sending;
  readonly roomId: RoomId;
  readonly type: string;
  /** When it was asked for, in milliseconds since the Unix epoch. */
  readonly ts: number;
}

/** Reads an item from what a store kept. */
export function readOutboxItem(value: unknown): OutboxItem | undefined {
  if (!isJsonObject(value)) return undefined;
  const texts = [value["txnId"], value["roomId"], value["type"]].every((part) => typeof part === "string");
  // Written by this package; anything else is skipped.
  return texts && typeof value["seq"] === "number" && isJsonObject(value["content"]) ? (value as object as OutboxItem) : undefined;
}
