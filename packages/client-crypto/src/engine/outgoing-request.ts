import type { JsonObject } from "@patrix/api";
import type { RoomId } from "@patrix/identifiers";

/** What an {@link OutgoingRequest} asks of the server. */
export type OutgoingKind = "keys-upload" | "keys-query" | "keys-claim" | "to-device" | "signatures-upload" | "room-message" | "backup";

/** A request that the engine wants sent. The same one may be given again until its answer was taken in. */
export interface OutgoingRequest {
  /** What its answer is taken in by. Missing for those whose answer the engine does not want. */
  readonly id: string | undefined;
  readonly kind: OutgoingKind;
  /** Body of the request: a JSON object. */
  readonly body: JsonObject;
  /** Type of what is sent, for `to-device` and `room-message`. */
  readonly eventType?: string | undefined;
  /** Transaction ID, for `to-device` and `room-message`. */
  readonly txnId?: string | undefined;
  readonly roomId?: RoomId | undefined;
  /** Version of the backup, for `backup`. */
  readonly version?: string | undefined;
}
