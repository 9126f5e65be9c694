import type { OpenEnum } from "@patrix/api";
import { isJsonObject } from "@patrix/api";
import type { EventId, UserId } from "@patrix/identifiers";

/** A receipt with all that names it. */
export interface ReadReceipt {
  readonly type: OpenEnum<"m.read" | "m.read.private">;
  readonly userId: UserId;
  readonly eventId: EventId;
  /** Milliseconds since the Unix epoch. */
  readonly ts: number | undefined;
  /** The thread root, `main`, or `undefined` for the whole timeline. */
  readonly threadId: string | undefined;
}

/**
 * Lists the receipts in an `m.receipt`. What is malformed is left out. A receipt replaces an older one with the same
 * `type`, `userId` and `threadId`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#receipts}
 */
export function getReceipts(content: object): ReadReceipt[] {
  return members(content).flatMap(([eventId, types]) =>
    members(types).flatMap(([type, users]) =>
      members(users).flatMap(([userId, data]): ReadReceipt[] => {
        if (!isEventId(eventId) || !isUserId(userId) || !isJsonObject(data)) return [];
        const ts = typeof data["ts"] === "number" ? data["ts"] : undefined;
        const threadId = typeof data["thread_id"] === "string" ? data["thread_id"] : undefined;
        return [{ type, userId, eventId, ts, threadId }];
      }),
    ),
  );
}

/** Lists the receipts of one user. */
export function getReceiptsOf(content: object, userId: UserId): ReadReceipt[] {
  return getReceipts(content).filter((receipt) => receipt.userId === userId);
}

function members(value: unknown): [string, unknown][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function isEventId(key: string): key is EventId {
  return key.startsWith("$");
}

function isUserId(key: string): key is UserId {
  return key.startsWith("@");
}
