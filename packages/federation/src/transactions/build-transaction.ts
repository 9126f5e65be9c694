import type { Edu } from "@patrix/events";
import type { PduJson, SendTransactionBody } from "@patrix/federation-api";

/** Most PDUs of a transaction. */
export const MAX_TRANSACTION_PDUS = 50;
/** Most EDUs of a transaction. */
export const MAX_TRANSACTION_EDUS = 100;

/** What a transaction is made of. */
export interface TransactionDraft {
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly nowTs: number;
  /** Queue of PDUs in federation format, the first to be sent first. */
  readonly pdus: Iterable<PduJson>;
  /** Queue of EDUs, the first to be sent first. */
  readonly edus: Iterable<Edu>;
  /** Largest body, in bytes. Default: 8 MiB. */
  readonly maxSizeBytes?: number | undefined;
}

/** A transaction and how far it got. */
export interface BuiltTransaction {
  readonly body: SendTransactionBody;
  /** How many PDUs were taken off the head of the queue. */
  readonly takenPdus: number;
  /** How many EDUs were taken off the head of the queue, those left out included. */
  readonly takenEdus: number;
  /** EDUs that are larger than any transaction may be: left out, since they can never be sent. */
  readonly oversizedEdus: readonly Edu[];
}

const DEFAULT_MAX_SIZE_BYTES = 8 * 1024 * 1024;
/** Room for the members around the lists. */
const ENVELOPE_SIZE_BYTES = 512;
const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/**
 * Fills a transaction from the heads of two queues: 50 PDUs and 100 EDUs at most, and no more than fit in. Order is kept.
 * PDUs go first; each is at most 64 KiB and so always fits.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#transactions}
 */
export function buildTransaction({ origin, nowTs, pdus, edus, maxSizeBytes = DEFAULT_MAX_SIZE_BYTES }: TransactionDraft): BuiltTransaction {
  const roomBytes = maxSizeBytes - ENVELOPE_SIZE_BYTES;
  let leftBytes = roomBytes;
  const takenPdus: PduJson[] = [];
  for (const pdu of pdus) {
    const sizeBytes = sizeOf(pdu);
    if (takenPdus.length === MAX_TRANSACTION_PDUS || (sizeBytes > leftBytes && takenPdus.length > 0)) break;
    leftBytes -= sizeBytes;
    takenPdus.push(pdu);
  }
  const takenEdus: Edu[] = [];
  const oversizedEdus: Edu[] = [];
  for (const edu of edus) {
    if (takenEdus.length === MAX_TRANSACTION_EDUS) break;
    const sizeBytes = sizeOf(edu);
    if (sizeBytes > roomBytes) {
      oversizedEdus.push(edu);
      continue;
    }
    if (sizeBytes > leftBytes) break;
    leftBytes -= sizeBytes;
    takenEdus.push(edu);
  }
  return {
    body: { origin, origin_server_ts: nowTs, pdus: takenPdus, ...(takenEdus.length > 0 ? { edus: takenEdus } : {}) },
    takenPdus: takenPdus.length,
    takenEdus: takenEdus.length + oversizedEdus.length,
    oversizedEdus,
  };
}

/** Bytes of a value as JSON, with the comma after it. */
function sizeOf(value: object): number {
  return encoder.encode(JSON.stringify(value)).length + 1;
}
