import { query, type Query, type Write, write } from "../statement.ts";

/** Reads the signing keys of a server, as JSON. */
export const serverKeys: Query<[server: string], { readonly json: string }> = query(
  "serverKeys",
  `select json from server_keys where server = ?1`,
);
/** Stores the signing keys of a server. */
export const upsertServerKeys: Write<[server: string, json: string, fetchedTs: number]> = write(
  "upsertServerKeys",
  `insert into server_keys (server, json, fetched_ts) values (?1, ?2, ?3)
   on conflict (server) do update set json = excluded.json, fetched_ts = excluded.fetched_ts`,
);
/** Removes the keys of servers none of whose users is known here, but for so many, the newest: anybody can make up servers. */
export const trimServerKeys: Write<[kept: number]> = write(
  "trimServerKeys",
  `delete from server_keys where server in (
     select k.server from server_keys k where not exists (select 1 from users u where u.server = k.server)
       and k.fetched_ts <= (select o.fetched_ts from server_keys o where not exists (select 1 from users u where u.server = o.server)
         order by o.fetched_ts desc limit 1 offset ?1))`,
);

/** What is known of a server that events are sent to. */
export interface DestinationRow {
  readonly server: string;
  /** Failures in a row; 0 if the last request was answered. */
  readonly failures: number;
  /** When the next try is allowed, in milliseconds since the epoch. */
  readonly retry_ts: number;
  /** How far in the log it has got all that is for it, as a JSON array with a position for each shard; null before the first. */
  readonly sent: string | null;
}
/** Reads what is known of a destination. */
export const destination: Query<[server: string], DestinationRow> = query("destination", `select * from destinations where server = ?1`);
/** Reads every destination. */
export const allDestinations: Query<[], DestinationRow> = query("allDestinations", `select * from destinations order by server`);
/** What waits for a destination, and whether it answers. */
export interface DestinationStatusRow {
  readonly server: string;
  /** Failures in a row; 0 if the last request was answered. */
  readonly failures: number;
  /** When the next try is allowed, in milliseconds since the epoch. */
  readonly retry_ts: number;
  /** Messages to devices and news of device lists that wait. */
  readonly waiting: number;
  /** The bytes of those. */
  readonly bytes: number;
  /** Rooms in which it has joined users. */
  readonly rooms: number;
}
/** Reads how some destinations are, in the order of their names: those that begin with a text, after a name. */
export const destinationStatuses: Query<[prefix: string, after: string, limit: number], DestinationStatusRow> = query(
  "destinationStatuses",
  `select d.server, d.failures, d.retry_ts,
     (select count(*) from federation_outbox o where o.server = d.server) as waiting,
     (select coalesce(sum(octet_length(o.json)), 0) from federation_outbox o where o.server = d.server) as bytes,
     (select count(distinct m.room_nid) from users u join memberships m on m.user_nid = u.user_nid
       where u.server = d.server and m.membership = 'join') as rooms
   from destinations d where substr(d.server, 1, length(?1)) = ?1 and d.server > ?2 order by d.server limit ?3`,
);
/** Stores how often a destination has failed; nothing of a server that nothing is sent to. */
export const updateFailures: Write<[server: string, failures: number, retryTs: number]> = write(
  "updateFailures",
  `update destinations set failures = ?2, retry_ts = ?3 where server = ?1`,
);
/** Stores how far a destination has got. */
export const upsertSent: Write<[server: string, sent: string]> = write(
  "upsertSent",
  `insert into destinations (server, failures, retry_ts, sent) values (?1, 0, 0, ?2)
   on conflict (server) do update set sent = excluded.sent`,
);

/** Users of one server in a room. */
export interface RoomServerRow {
  readonly server: string;
  readonly joined: number;
  /** Where in the log the first of them who are joined became so, or last changed it. */
  readonly since_pos: number | null;
  /** Where in the log the last of them stopped being joined. */
  readonly left_pos: number | null;
}
/** Reads which servers have or had users in a room. */
export const serversOfRoom: Query<[roomNid: number], RoomServerRow> = query(
  "serversOfRoom",
  `select u.server, sum(case when m.membership = 'join' then 1 else 0 end) as joined,
     min(case when m.membership = 'join' then m.pos end) as since_pos, max(m.left_pos) as left_pos
   from memberships m join users u on u.user_nid = m.user_nid where m.room_nid = ?1 group by u.server`,
);
/** Reads the rooms that users of a server are in, or have left after a position. */
export const roomsOfServer: Query<[server: string, leftAfter: number], { readonly room_nid: number }> = query(
  "roomsOfServer",
  `select distinct m.room_nid from users u join memberships m on m.user_nid = u.user_nid
   where u.server = ?1 and (m.membership = 'join' or m.left_pos > ?2) order by m.room_nid`,
);
/** Reads the users of a server who are or were in a room. */
export const usersOfServer: Query<[server: string, roomNid: number], { readonly user_nid: number; readonly user_id: string }> = query(
  "usersOfServer",
  `select u.user_nid, u.user_id from users u join memberships m on m.user_nid = u.user_nid
   where u.server = ?1 and m.room_nid = ?2`,
);

/** Something that must reach a server, beside events. */
export interface OutboxRow {
  readonly edu_nid: number;
  readonly server: string;
  /** The EDU. */
  readonly json: string;
}
/** Reads what waits for a server after a number, the oldest first. */
export const outboxOf: Query<[server: string, after: number, limit: number], OutboxRow> = query(
  "outboxOf",
  `select * from federation_outbox where server = ?1 and edu_nid > ?2 order by edu_nid limit ?3`,
);
/** Reads how much waits for a server. */
export const outboxSize: Query<[server: string], { readonly count: number; readonly bytes: number }> = query(
  "outboxSize",
  `select count(*) as count, coalesce(sum(octet_length(json)), 0) as bytes from federation_outbox where server = ?1`,
);
/** Reads how much waits for all servers. */
export const outboxTotal: Query<[], { readonly count: number }> = query("outboxTotal", `select count(*) as count from federation_outbox`);
/** Reads the servers that something waits for. */
export const outboxServers: Query<[], { readonly server: string }> = query(
  "outboxServers",
  `select distinct server from federation_outbox`,
);
/** Reads the largest number of what waits. */
export const newestOutbox: Query<[], { readonly nid: number | null }> = query(
  "newestOutbox",
  `select max(edu_nid) as nid from federation_outbox`,
);
/** Stores something that must reach a server. */
export const insertOutbox: Write<[nid: number, server: string, json: string]> = write(
  "insertOutbox",
  `insert into federation_outbox values (?1, ?2, ?3)`,
);
/** Removes the oldest of what waits for a server, but for so many. */
export const trimOutbox: Write<[server: string, kept: number]> = write(
  "trimOutbox",
  `delete from federation_outbox where server = ?1 and edu_nid <= (
     select edu_nid from federation_outbox where server = ?1 order by edu_nid desc limit 1 offset ?2)`,
);
/** Removes the oldest of what waits for a server beyond a size of all. */
export const trimOutboxBytes: Write<[server: string, keptBytes: number]> = write(
  "trimOutboxBytes",
  `delete from federation_outbox where edu_nid in (
     select edu_nid from (
       select edu_nid, sum(octet_length(json)) over (order by edu_nid desc) as total from federation_outbox where server = ?1) as sized
     where total > ?2)`,
);
/** Removes what has reached a server, up to a number. */
export const deleteOutbox: Write<[server: string, upTo: number]> = write(
  "deleteOutbox",
  `delete from federation_outbox where server = ?1 and edu_nid <= ?2`,
);
