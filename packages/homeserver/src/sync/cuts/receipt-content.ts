import type { ReceiptRow } from "../../store/statements/receipts.ts";

/** A receipt of a user. */
export interface Receipt extends Pick<ReceiptRow, "event_id" | "type" | "ts" | "thread"> {
  readonly userId: string;
}

/** Who has read an event, and when. */
type ReadersByType = Record<string, Record<string, { ts: number; thread_id?: string }>>;

/**
 * Writes receipts as the content of one `m.receipt`, which has room for one of a user for each event: that for the whole room says more
 * than that for a thread, whichever is newer.
 */
export function receiptContent(receipts: readonly Receipt[]): Record<string, ReadersByType> {
  const content: Record<string, ReadersByType> = {};
  for (const { event_id: eventId, type, userId, ts, thread } of receipts) {
    const readers = ((content[eventId] ??= {})[type] ??= {});
    const told = readers[userId];
    if (thread && told && told.thread_id === undefined) continue;
    readers[userId] = { ts, ...(thread && { thread_id: thread }) };
  }
  return content;
}
