import { type Receipt, receiptContent } from "./receipt-content.ts";

import type { AccountDataItem } from "./sync-sources.ts";

/** Writes account data as an event. */
export function writeAccountData({ type, json }: Pick<AccountDataItem, "type" | "json">): string {
  return `{"type":${JSON.stringify(type)},"content":${json}}`;
}

/** Writes who is typing as an event. */
export function writeTyping(userIds: readonly string[]): string {
  return JSON.stringify({ type: "m.typing", content: { user_ids: userIds } });
}

/** Writes receipts as one event. */
export function writeReceipts(receipts: readonly Receipt[]): string {
  return JSON.stringify({ type: "m.receipt", content: receiptContent(receipts) });
}
