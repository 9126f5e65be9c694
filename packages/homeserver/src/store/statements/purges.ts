import { query, type Query, type Write, write } from "../statement.ts";

/** What an operator wants removed, and how far that is. */
export interface PurgeRow {
  readonly purge_id: string;
  readonly room_id: string;
  /** `history` or `room`. */
  readonly kind: string;
  /** How, as JSON. */
  readonly options: string;
  /** Whether the users of this server are out, and nothing of the room is shown any more. */
  readonly detached: number;
  /** How many events are removed, in the end. */
  readonly removed: number;
  readonly started_ts: number;
  /** Null while it is under way. */
  readonly ended_ts: number | null;
  /** Why it has failed. */
  readonly error: string | null;
}

/** Reads a purge. */
export const purgeOf: Query<[purgeId: string], PurgeRow> = query("purgeOf", `select * from purges where purge_id = ?1`);
/** Reads the purges that are not done, in the order in which they were asked for. */
export const unfinishedPurges: Query<[], PurgeRow> = query(
  "unfinishedPurges",
  `select * from purges where ended_ts is null order by started_ts, purge_id`,
);
/** Stores a purge that is asked for. */
export const insertPurge: Write<[purgeId: string, roomId: string, kind: string, options: string, startedTs: number]> = write(
  "insertPurge",
  `insert into purges (purge_id, room_id, kind, options, detached, removed, started_ts) values (?1, ?2, ?3, ?4, 0, 0, ?5)`,
);
/** Stores that nothing of a room is shown any more. */
export const markDetached: Write<[purgeId: string]> = write("markDetached", `update purges set detached = 1 where purge_id = ?1`);
/** Stores what became of a purge. */
export const endPurge: Write<[purgeId: string, removed: number, endedTs: number, error: string | null]> = write(
  "endPurge",
  `update purges set removed = ?2, ended_ts = ?3, error = ?4 where purge_id = ?1`,
);
/** Forgets purges that ended before a time. */
export const prunePurges: Write<[beforeTs: number]> = write("prunePurges", `delete from purges where ended_ts < ?1`);

/** Reads every room that nobody may join. */
export const blockedRooms: Query<[], { readonly room_id: string }> = query("blockedRooms", `select room_id from blocked_rooms`);
/** Lets nobody join a room. */
export const blockRoom: Write<[roomId: string, blockedTs: number]> = write(
  "blockRoom",
  `insert into blocked_rooms (room_id, blocked_ts) values (?1, ?2) on conflict (room_id) do nothing`,
);
/** Lets users join a room again. */
export const unblockRoom: Write<[roomId: string]> = write("unblockRoom", `delete from blocked_rooms where room_id = ?1`);

/** A user of this server who has a membership of a room, of whatever kind. */
export interface OwnMemberRow {
  readonly user_nid: number;
  readonly user_id: string;
  readonly membership: string;
  readonly event_nid: number;
  readonly forgotten: number;
}
/** Reads the users of a server who have a membership of a room, after a number. */
export const membersOfServer: Query<[roomNid: number, server: string, after: number, limit: number], OwnMemberRow> = query(
  "membersOfServer",
  `select m.user_nid, u.user_id, m.membership, m.event_nid, m.forgotten from memberships m join users u on u.user_nid = m.user_nid
   where m.room_nid = ?1 and u.server = ?2 and m.user_nid > ?3 order by m.user_nid limit ?4`,
);
/** Counts what there is of a room beside its events. */
export const sizeOfRoom: Query<[roomNid: number], { readonly members: number; readonly aliases: number; readonly receipts: number }> =
  query(
    "sizeOfRoom",
    `select (select count(*) from memberships where room_nid = ?1) as members, (select count(*) from aliases where room_nid = ?1) as aliases,
     (select count(*) from receipts where room_nid = ?1) as receipts`,
  );

/** Removes the memberships of a room but those of a server's users that have ended. */
export const detachOtherMembers: Write<[roomNid: number, server: string]> = write(
  "detachOtherMembers",
  `delete from memberships where room_nid = ?1 and (membership in ('join', 'invite', 'knock') or not exists (
     select 1 from users u where u.user_nid = memberships.user_nid and u.server = ?2))`,
);
/**
 * Leave of a room what tells those users that they are out: the events that say so, in no timeline and no state, as those of rooms that
 * were never here.
 */
export const detachRoom: readonly Write<[roomNid: number]>[] = [
  ["detachMembers", `update memberships set left_pos = null where room_nid = ?1`],
  [
    "detachMemberEvents",
    `update events set timeline_pos = null, state_nid = 0, after_nid = null, forked = 0, replaces_nid = null, redacted_by = null,
       status = 3, delay_id = null, txn = null
     where room_nid = ?1 and event_nid in (select event_nid from memberships where room_nid = ?1)`,
  ],
  ["detachRoom", `update rooms set tips = '[]', state_nid = 0, last_pos = 0, depth = 0 where room_nid = ?1`],
].map(([name = "", sql = ""]) => write(name, sql));
/** Remove by what others find a room, and what is still to be sent into it. */
export const hideRoom: readonly Write<[roomNid: number]>[] = [
  "aliases",
  "directory",
  "open_rooms",
  "appservice_rooms",
  "delayed_events",
  "stripped_state",
  "missing_events",
  "pending_redactions",
  "sticky_events",
  "partial_rooms",
].map((table) => write(`hideRoom.${table}`, `delete from ${table} where room_nid = ?1`));

/** Remove what is stored of a user for a room. */
export const purgeUserOfRoom: readonly Write<[roomNid: number, userNid: number]>[] = [
  ...["read_marks", "account_data", "thread_subscriptions", "user_notifications"].map((table) =>
    write<[roomNid: number, userNid: number]>(`purgeUser.${table}`, `delete from ${table} where room_nid = ?1 and user_nid = ?2`),
  ),
  // Whoever has forgotten a room is told nothing of it.
  write<[roomNid: number, userNid: number]>(
    "purgeUser.forgotten",
    `delete from memberships where room_nid = ?1 and user_nid = ?2 and forgotten <> 0`,
  ),
];

/** An event of a room that is purged. */
export interface PurgedEventRow {
  readonly event_nid: number;
  readonly device_nid: number | null;
}
/** Reads events of a room, but for those by which its memberships are told. */
export const eventsToPurge: Query<[roomNid: number, limit: number], PurgedEventRow> = query(
  "eventsToPurge",
  `select e.event_nid, e.device_nid from events e where e.room_nid = ?1 and not exists (
     select 1 from memberships m where m.room_nid = ?1 and m.event_nid = e.event_nid) limit ?2`,
);
/** Removes what an event of a room relates to. */
export const purgeRelation: Write<[roomNid: number, eventNid: number]> = write(
  "purgeRelation",
  `delete from relations where room_nid = ?1 and child_nid = ?2`,
);
/** Remove what there is little of: it goes at once. */
export const purgeRoomRows: readonly Write<[roomNid: number]>[] = ["threads", "timeline_spans", "relations", "notifying_events"].map(
  (table) => write(`purgeRoom.${table}`, `delete from ${table} where room_nid = ?1`),
);
/** Tells whether a room has receipts. */
export const anyReceipt: Query<[roomNid: number], { readonly room_nid: number }> = query(
  "anyReceipt",
  `select room_nid from receipts where room_nid = ?1 limit 1`,
);
/** Removes some receipts of a room. */
export const purgeReceipts: Write<[roomNid: number, limit: number]> = write(
  "purgeReceipts",
  `delete from receipts where room_nid = ?1 and (user_nid, type, thread) in (
     select user_nid, type, thread from receipts where room_nid = ?1 limit ?2)`,
);
/** Reads the rooms of state groups after a number, in order. */
export const roomsOfStateGroups: Query<[after: number, limit: number], { readonly state_nid: number; readonly room_nid: number }> = query(
  "roomsOfStateGroups",
  `select state_nid, room_nid from state_groups where state_nid > ?1 order by state_nid limit ?2`,
);
/** Removes a state group of a room. */
export const deleteStateGroup: Write<[roomNid: number, stateNid: number]> = write(
  "deleteStateGroup",
  `delete from state_groups where room_nid = ?1 and state_nid = ?2`,
);
