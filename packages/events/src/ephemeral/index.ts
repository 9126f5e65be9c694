/**
 * The part `ephemeral` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  EventReceipts,
  PresenceContent,
  PresenceEvent,
  type ReadReceipt,
  Receipt,
  ReceiptContent,
  TypingContent,
  getReceipts,
  getReceiptsOf,
  presence,
  receipt,
  typing,
} from "../index.ts";
