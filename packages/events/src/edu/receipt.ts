import { type Model, model, obj } from "@patrix/api";
import { EventId, RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/** When a receipt was made, and for which thread. */
export interface ReadReceiptMetadata {
  /** Milliseconds since the Unix epoch. */
  ts: number;
  /** The thread root, or `main`; absent: all of the timeline. */
  thread_id?: string | undefined;
}
/** Checks {@link ReadReceiptMetadata}. */
export const ReadReceiptMetadata: Model<ReadReceiptMetadata> = /* @__PURE__ */ model(() =>
  obj<ReadReceiptMetadata>({ ts: z.int(), thread_id: z.optional(z.string()) }),
);

/** A receipt of one user. */
export interface UserReadReceipt {
  /** Exactly one. */
  event_ids: EventId[];
  data: ReadReceiptMetadata;
}
/** Checks {@link UserReadReceipt}. */
export const UserReadReceipt: Model<UserReadReceipt> = /* @__PURE__ */ model(() =>
  obj<UserReadReceipt>({ event_ids: z.array(EventId).check(z.length(1)), data: ReadReceiptMetadata.schema }),
);

/** The receipts in one room, by type and user. Private receipts are not sent to servers. */
export interface RoomReceipts {
  "m.read": Record<UserId, UserReadReceipt>;
}
/** Checks {@link RoomReceipts}. */
export const RoomReceipts: Model<RoomReceipts> = /* @__PURE__ */ model(() =>
  obj<RoomReceipts>({ "m.read": z.looseRecord(UserId, UserReadReceipt.schema) }),
);

/**
 * Content of `m.receipt` between servers: how far users have read, by room.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#definition-mreceipt}
 */
export type ReceiptEduContent = Record<RoomId, RoomReceipts>;
/** Checks the content of `m.receipt` between servers. */
export const ReceiptEduContent: Model<ReceiptEduContent> = /* @__PURE__ */ model(() => z.looseRecord(RoomId, RoomReceipts.schema));

declare module "../registry/define.ts" {
  interface EduMap {
    "m.receipt": ReceiptEduContent;
  }
}

/** Defines the EDU `m.receipt`. */
export const receiptEdu: EventDefinition<"edu", "m.receipt", ReceiptEduContent> = /* @__PURE__ */ defineEvent(
  "edu",
  "m.receipt",
  ReceiptEduContent,
);
