import { createAddressPolicy } from "@patrix/federation";
import { postJson } from "../outbound/post-json.ts";
import type { Receipts } from "../rooms/ephemeral/receipts.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { Notifications } from "./notifications.ts";
import { PushSender } from "./push-sender.ts";

/** How long a gateway may take, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** What pushes to gateways are made of. */
export interface PushSenderPorts {
  readonly rooms: Rooms;
  readonly receipts: Receipts;
  readonly notifications: Notifications;
  /** Whether gateways may be at addresses that are not public. */
  readonly allowPrivateTargets: boolean;
  readonly failed: (error: unknown, retryMs: number) => void;
}

/** Begins to send notifications to push gateways. */
export function openPushSender({ rooms, receipts, notifications, allowPrivateTargets, failed }: PushSenderPorts): PushSender {
  const isAllowed = allowPrivateTargets ? () => true : createAddressPolicy();
  const sender = new PushSender({
    rooms,
    rules: notifications.rules,
    actions: (event, userNid) => notifications.actions(event, userNid),
    unread: (userNid) => notifications.badge(userNid),
    missed: (userNid, after, limit) => notifications.missed(userNid, after, limit),
    post: (url, body, signal) =>
      postJson(new URL(url), JSON.stringify(body), { isAllowed, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) }),
    failed,
  });
  notifications.onOutcome((outcome) => sender.offer(outcome));
  receipts.onSet((_roomNid, userNid) => sender.noteRead(userNid));
  // It takes as long as it takes, and nobody has to wait for it.
  void sender.resume().catch((error: unknown) => failed(error, 0));
  return sender;
}
