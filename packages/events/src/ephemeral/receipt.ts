import { type Model, model, obj } from "@patrix/api";
import { EventId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/** How far somebody has read. */
export interface Receipt {
  /** Milliseconds since the Unix epoch. */
  ts?: number | undefined;
  /** The thread root, or `main` for events in no thread; absent: all of the timeline. */
  thread_id?: string | undefined;
}
/** Checks {@link Receipt}. */
export const Receipt: Model<Receipt> = /* @__PURE__ */ model(() =>
  obj<Receipt>({ ts: z.optional(z.int()), thread_id: z.optional(z.string()) }),
);

/** The receipts at one event, by type and user. */
export interface EventReceipts {
  "m.read"?: Record<UserId, Receipt> | undefined;
  /** Only the user's own. */
  "m.read.private"?: Record<UserId, Receipt> | undefined;
}
/** Checks {@link EventReceipts}. */
export const EventReceipts: Model<EventReceipts> = /* @__PURE__ */ model(() =>
  obj<EventReceipts>({
    "m.read": z.optional(z.looseRecord(UserId, Receipt.schema)),
    "m.read.private": z.optional(z.looseRecord(UserId, Receipt.schema)),
  }),
);

/**
 * Content of `m.receipt`: how far others have read, by event. {@link getReceipts} lists it by user.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mreceipt}
 */
export type ReceiptContent = Record<EventId, EventReceipts>;
/** Checks the content of `m.receipt`. */
export const ReceiptContent: Model<ReceiptContent> = /* @__PURE__ */ model(() => z.looseRecord(EventId, EventReceipts.schema));

declare module "../registry/define.ts" {
  interface EphemeralEventMap {
    "m.receipt": ReceiptContent;
  }
}

/** Defines `m.receipt`. */
export const receipt: EventDefinition<"ephemeral", "m.receipt", ReceiptContent> = /* @__PURE__ */ defineEvent(
  "ephemeral",
  "m.receipt",
  ReceiptContent,
);
