import type { SyncResponse } from "@patrix/client-api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { PushEvaluation } from "@patrix/push-rules";
import { reduceSync, type SyncContext } from "../base/reduce-sync.ts";
import type { UndecryptedEvent } from "../encryption/undecrypted-events.ts";
import { isMessage } from "../base/room-draft.ts";
import type { RoomData } from "../base/room-data.ts";
import { unreadAs } from "../base/unread.ts";
import type { PushEvaluator } from "../push/push-evaluator.ts";
import type { NotificationSource } from "../push/notifications.ts";
import type { EventDispatcher } from "../rooms/event-dispatcher.ts";
import type { RoomContext } from "../rooms/room-context.ts";
import type { RoomHandles } from "../rooms/room-handles.ts";
import type { UnreadableRooms } from "../rooms/unreadable-rooms.ts";
import { syncStoreChanges } from "../stores/base-state.ts";
import type { Store } from "../stores/store.ts";
import type { TimelineFeed } from "../timeline/timeline-feed.ts";
import type { Commit } from "./commit-queue.ts";
import type { EditCheck } from "./edit-check.ts";

/** Whom a response of sync concerns. */
export interface SyncTargets {
  readonly context: RoomContext;
  readonly handles: RoomHandles;
  readonly events: EventDispatcher;
  readonly notifications: NotificationSource;
  readonly rules: PushEvaluator;
  readonly edits: EditCheck;
  readonly feed: TimelineFeed;
  /** Only of a client without encryption. */
  readonly unreadable: UnreadableRooms | undefined;
}

/** Takes in a response, then hands its events out in the order of each room. */
export function applySync(
  { context, handles, events, notifications, rules, edits, unreadable, feed }: SyncTargets,
  response: SyncResponse,
  sync: Omit<SyncContext, "userId">,
): Omit<Commit, "token"> {
  const userId = context.userId();
  const countsAs = (event: ClientEventWithoutRoomId, room: RoomData): number =>
    countUnread(event, rules.evaluate(event, room, { accountData: handles.base.accountData, userId }));
  const changes = reduceSync(handles.base, response, { ...sync, userId, countsAs });
  handles.apply(changes);
  const batches = feed.deliver(changes);
  for (const [id, { live }] of changes.rooms) for (const raw of live) unreadable?.note(raw, id);
  const calls = [...changes.rooms].flatMap(([id, { live }]) =>
    live
      .filter((raw) => edits.accepts(id, raw))
      .flatMap((raw) => [events.dispatch(raw, handles.get(id), context), notifications.dispatch(raw, handles.get(id), context)]),
  );
  return { changes: syncStoreChanges(changes), batches, handled: Promise.all(calls).then(() => {}) };
}

/** Hands an event out that could be decrypted only now. */
export async function applyLate(
  { context, handles, events, notifications, rules, edits, feed }: SyncTargets,
  { roomId, event }: UndecryptedEvent,
  store: Store,
): Promise<void> {
  await rules.load();
  const userId = context.userId();
  const changes = handles.replaceEvent(roomId, event, (known) =>
    event.sender === userId ? 0 : countUnread(event, rules.evaluate(event, known, { accountData: handles.base.accountData, userId })),
  );
  if (changes.length > 0) await store.write(changes);
  await feed.replace(roomId, event);
  await edits.load({
    response: { next_batch: "", rooms: { join: { [roomId]: { timeline: { events: [event] } } } } },
    gaps: undefined,
    signal: undefined,
  });
  if (!edits.accepts(roomId, event)) return;
  const room = handles.get(roomId);
  await Promise.all([events.dispatch(event, room, context), notifications.dispatch(event, room, context)]);
}

/** What an event of somebody else counts as while it is unread. */
function countUnread(event: ClientEventWithoutRoomId, evaluation: PushEvaluation | undefined): number {
  const message = event.state_key === undefined && isMessage(event) ? unreadAs.message : 0;
  if (evaluation?.notify !== true) return message;
  return message + unreadAs.notification + (evaluation.highlight ? unreadAs.mention : 0);
}
