import type { EventId } from "@patrix/identifiers";
import { type KnownUnread, type RoomData, stateContent, type UnreadEvent } from "./room-data.ts";

/** What is unread in a room. */
export interface UnreadCounts {
  /** Messages of others, whether they notify or not, of which the client has heard. */
  readonly messages: number;
  /** Events that notify: as the server counts them, and in encrypted rooms, which it cannot read, as the client does. */
  readonly notifications: number;
  /** Events that notify loudly, such as mentions; counted likewise. */
  readonly mentions: number;
  /** Whether the user marked the room as unread. */
  readonly marked: boolean;
}

/** What an unread event counts as: a sum of these. */
export const unreadAs = { message: 1, notification: 2, mention: 4 } as const;

/** Unread events that are kept for a room one by one. */
const maxUnreadEvents = 200;

/** What a receipt is for: all of a room, what is in no thread, or one thread. */
export type ReadScope = "main" | EventId | undefined;

function isIn(scope: ReadScope, [, , root]: UnreadEvent): boolean {
  return scope === undefined || (scope === "main" ? root === undefined : root === scope);
}

/** Adds an event that has just come. */
export function addUnread(unread: KnownUnread, event: UnreadEvent): KnownUnread {
  const events = [...unread.events, event];
  if (events.length <= maxUnreadEvents) return { ...unread, events };
  const [oldest, ...rest] = events;
  return { ...unread, events: rest, older: sum(unread.older, oldest ? [oldest] : []) };
}

/** Takes away what is read: everything up to an event. One that is not known is from before. */
export function readUpTo(unread: KnownUnread, eventId: EventId, { scope, isLast }: { scope: ReadScope; isLast: boolean }): KnownUnread {
  const at = unread.events.findLastIndex((event) => event[0] === eventId);
  if (at < 0 && !isLast) return unread;
  const end = at < 0 ? unread.events.length : at + 1;
  const events = unread.events.filter((event, index) => index >= end || !isIn(scope, event));
  const isThread = scope !== undefined && scope !== "main";
  return isThread ? { ...unread, events } : { events, older: [0, 0, 0], isWhole: true };
}

/** An event counts as something else now: its key came late, or it was redacted. */
export function recount(unread: KnownUnread, eventId: EventId, countsAs: number): KnownUnread {
  if (!unread.events.some(([id, before]) => id === eventId && before !== countsAs)) return unread;
  const events = unread.events.map((event): UnreadEvent => (event[0] === eventId ? withCount(event, countsAs) : event));
  return { ...unread, events };
}

function withCount([id, , root]: UnreadEvent, countsAs: number): UnreadEvent {
  return root === undefined ? [id, countsAs] : [id, countsAs, root];
}

function sum(older: KnownUnread["older"], events: readonly UnreadEvent[]): KnownUnread["older"] {
  const count = (kind: number): number => events.filter(([, countsAs]) => (countsAs & kind) !== 0).length;
  const [messages, notifications, mentions] = older;
  return [messages + count(unreadAs.message), notifications + count(unreadAs.notification), mentions + count(unreadAs.mention)];
}

/** What is unread in a room, and whether that is anything. */
export function unreadOf(room: RoomData): UnreadCounts & { readonly isUnread: boolean } {
  const { notificationCount, highlightCount, accountData, unread } = room;
  const marked = accountData["m.marked_unread"]?.["unread"] === true;
  const [messages, notifies, highlights] = sum(unread.older, unread.events);
  const isEncrypted = stateContent(room, "m.room.encryption") !== undefined;
  const choose = (server: number, own: number): number => {
    if (!isEncrypted) return server;
    return unread.isWhole ? own : Math.max(server, own);
  };
  const [notifications, mentions] = [choose(notificationCount, notifies), choose(highlightCount, highlights)];
  return { messages, notifications, mentions, marked, isUnread: marked || notifications > 0 || mentions > 0 };
}
