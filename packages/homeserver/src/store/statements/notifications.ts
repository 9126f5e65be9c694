import { query, type Query, type Write, write } from "../statement.ts";

/** How many unread notifications a thread of a room has for a user. */
export interface UnreadRow {
  /** The thread's root event, or `main`. */
  readonly thread: string;
  readonly notifies: number;
  readonly highlights: number;
}

/** What is counted for whom. */
export type UnreadParams = [
  roomNid: number,
  userNid: number,
  /** What nobody has marked as read is unread from here on. */
  joinedPos: number,
  upTo: number,
  /** From here on the user has push rules of their own. */
  ownRulesSince: number,
  /** The most events of the room that are looked at. */
  limit: number,
];

/**
 * Counts what a user has not read of a room, thread by thread: what comes after the user's marks and the last event that the
 * user sent there.
 */
export const unreadOfRoom: Query<UnreadParams, UnreadRow> = query(
  "unreadOfRoom",
  `with
     marks as (select thread, pos from read_marks where user_nid = ?2 and room_nid = ?1),
     start as (select coalesce((select pos from marks where thread = ''), ?3) as pos),
     recent as (select event_nid, thread, sender_nid, highlights from notifying_events
       where room_nid = ?1 and event_nid > (select pos from start) and event_nid <= ?4 order by event_nid desc limit ?6),
     own as (select thread, max(event_nid) as pos from recent where sender_nid = ?2 group by thread),
     counted as (
       select event_nid, thread, 1 as notifies, highlights from recent where event_nid <= ?5
       union all
       select event_nid, thread, notifies, highlights from user_notifications
         where user_nid = ?2 and room_nid = ?1 and event_nid > (select pos from start) and event_nid <= ?4)
   select counted.thread, cast(sum(counted.notifies) as integer) as notifies, cast(sum(counted.highlights) as integer) as highlights
     from counted left join marks on marks.thread = counted.thread left join own on own.thread = counted.thread
     where counted.event_nid > coalesce(marks.pos, 0) and counted.event_nid > coalesce(own.pos, 0)
     group by counted.thread`,
);
/** Reads since when users have push rules of their own. */
export const ownPushRules: Query<[], { readonly user_nid: number; readonly shard: number; readonly since_pos: number }> = query(
  "ownPushRules",
  `select user_nid, shard, since_pos from own_push_rules`,
);
/** Notes that a user has push rules of their own from a position of a shard on. */
export const insertOwnPushRules: Write<[userNid: number, shard: number, sincePos: number]> = write(
  "insertOwnPushRules",
  `insert into own_push_rules values (?1, ?2, ?3) on conflict (user_nid, shard) do nothing`,
);
/** Stores that an event notifies whoever keeps to the predefined rules. */
export const insertNotifyingEvent: Write<[roomNid: number, eventNid: number, thread: string, senderNid: number, highlights: number]> =
  write("insertNotifyingEvent", `insert into notifying_events values (?1, ?2, ?3, ?4, ?5) on conflict (room_nid, event_nid) do nothing`);
/** Stores what one user is notified of. */
export const insertUserNotification: Write<
  [userNid: number, eventNid: number, roomNid: number, thread: string, notifies: number, highlights: number]
> = write(
  "insertUserNotification",
  `insert into user_notifications values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (user_nid, event_nid) do nothing`,
);
/** Moves a read mark forward, never back. */
export const advanceReadMark: Write<[userNid: number, roomNid: number, thread: string, pos: number]> = write(
  "advanceReadMark",
  `insert into read_marks values (?1, ?2, ?3, ?4) on conflict (user_nid, room_nid, thread)
   do update set pos = excluded.pos where excluded.pos > read_marks.pos`,
);
/** Drops the read marks of a user for threads, but for the newest so many; those of the main timeline are no threads. */
export const pruneReadMarks: Write<[userNid: number, roomNid: number, kept: number]> = write(
  "pruneReadMarks",
  `delete from read_marks where user_nid = ?1 and room_nid = ?2 and thread not in ('', 'main') and pos <= (
     select pos from read_marks where user_nid = ?1 and room_nid = ?2 and thread not in ('', 'main')
     order by pos desc limit 1 offset ?3)`,
);
/** Takes back whom an event has notified. */
export const deleteNotifyingEvent: Write<[roomNid: number, eventNid: number]> = write(
  "deleteNotifyingEvent",
  `delete from notifying_events where room_nid = ?1 and event_nid = ?2`,
);
/** Takes back whom in particular an event has notified. */
export const deleteNotificationsOfEvent: Write<[eventNid: number]> = write(
  "deleteNotificationsOfEvent",
  `delete from user_notifications where event_nid = ?1`,
);
/** Drops all but the newest so many notifying events of a room. */
export const pruneNotifyingEvents: Write<[roomNid: number, kept: number]> = write(
  "pruneNotifyingEvents",
  `delete from notifying_events where room_nid = ?1 and event_nid <= (
     select event_nid from notifying_events where room_nid = ?1 order by event_nid desc limit 1 offset ?2)`,
);
/** Drops all but the newest so many notifications of a user. */
export const pruneUserNotifications: Write<[userNid: number, kept: number]> = write(
  "pruneUserNotifications",
  `delete from user_notifications where user_nid = ?1 and event_nid <= (
     select event_nid from user_notifications where user_nid = ?1 order by event_nid desc limit 1 offset ?2)`,
);
/** Reads the stored push rules of users, by number. */
export const storedPushRules: Query<
  [afterNid: number, limit: number],
  { readonly user_nid: number; readonly user_id: string; readonly json: string }
> = query(
  "storedPushRules",
  `select a.user_nid, u.user_id, a.json from account_data a join users u on u.user_nid = a.user_nid
   where a.type = 'm.push_rules' and a.room_nid = 0 and a.user_nid > ?1 order by a.user_nid limit ?2`,
);

/** An event that has notified a user. */
export interface NotificationRow {
  readonly event_nid: number;
  readonly room_nid: number;
  /** The thread's root event, or `main`. */
  readonly thread: string;
  readonly highlights: number;
}
/** Reads what has notified one user in particular before an event, newest first. */
export const notificationsOfUser: Query<[userNid: number, beforeNid: number, limit: number], NotificationRow> = query(
  "notificationsOfUser",
  `select event_nid, room_nid, thread, highlights from user_notifications where user_nid = ?1 and event_nid < ?2
   order by event_nid desc limit ?3`,
);
/** As {@link notificationsOfUser}, and only what is highlighted. */
export const highlightsOfUser: Query<[userNid: number, beforeNid: number, limit: number], NotificationRow> = query(
  "highlightsOfUser",
  `select event_nid, room_nid, thread, highlights from user_notifications
   where user_nid = ?1 and event_nid < ?2 and highlights > 0 order by event_nid desc limit ?3`,
);
/** Reads what has notified all members of a room but one between two positions, newest first; 1 for highlights only. */
export const notificationsOfRoom: Query<
  [roomNid: number, userNid: number, after: number, before: number, highlightsOnly: number, limit: number],
  NotificationRow
> = query(
  "notificationsOfRoom",
  `select event_nid, room_nid, thread, highlights from notifying_events
   where room_nid = ?1 and sender_nid <> ?2 and event_nid > ?3 and event_nid < ?4 and highlights >= ?5 order by event_nid desc limit ?6`,
);
/** Reads how far a user has read a room, thread by thread, by marks and by what the user sent. */
export const readMarksOfRoom: Query<[userNid: number, roomNid: number, limit: number], { readonly thread: string; readonly pos: number }> =
  query(
    "readMarksOfRoom",
    `select thread, max(pos) as pos from (
     select thread, pos from read_marks where user_nid = ?1 and room_nid = ?2
     union all
     select thread, event_nid as pos from (select thread, event_nid, sender_nid from notifying_events where room_nid = ?2
       order by event_nid desc limit ?3) as recent where sender_nid = ?1) as marks group by thread`,
  );
