import { query, type Query, type Write, write } from "../statement.ts";

/** A room as it is stored. */
export interface RoomRow {
  readonly room_nid: number;
  readonly room_id: string;
  readonly version: string;
  readonly shard: number;
  /** The forward extremities, as a JSON array of pairs: the number of the event and of the state group after it on its branch. */
  readonly tips: string;
  /** The state group of the room, the forks resolved; 0 before the first state event. */
  readonly state_nid: number;
  readonly last_pos: number;
  readonly depth: number;
  readonly creator_nid: number;
}
/** Reads every room, at start. */
export const allRooms: Query<[], RoomRow> = query("allRooms", `select * from rooms`);
/** Reads rooms, in no order. */
export const roomsByNids: Query<[nids: string], RoomRow> = query("roomsByNids", `select * from rooms where room_nid in inList(?1)`);
/** Reads a room. */
export const roomById: Query<[roomId: string], RoomRow> = query("roomById", `select * from rooms where room_id = ?1`);
/** Stores a new room. */
export const insertRoom: Write<
  [
    nid: number,
    roomId: string,
    version: string,
    shard: number,
    tips: string,
    stateNid: number,
    lastPos: number,
    depth: number,
    creator: number,
  ]
> = write("insertRoom", `insert into rooms values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`);
/** Stores where a room's graph and log have got to. */
export const updateRoom: Write<[nid: number, tips: string, stateNid: number, lastPos: number, depth: number]> = write(
  "updateRoom",
  `update rooms set tips = ?2, state_nid = ?3, last_pos = ?4, depth = ?5 where room_nid = ?1`,
);

/** A membership of a user in a room: the present one. */
export interface MembershipRow {
  readonly room_nid: number;
  readonly user_nid: number;
  readonly membership: string;
  readonly event_nid: number;
  readonly forgotten: number;
  /** Where in the log it became so. */
  readonly pos: number;
  /** Where in the log the user last stopped being joined. */
  readonly left_pos: number | null;
}
/** Reads every room that a user has or had a membership in. */
export const membershipsOfUser: Query<[userNid: number], MembershipRow> = query(
  "membershipsOfUser",
  `select * from memberships where user_nid = ?1`,
);
/** Reads every membership of a room. */
export const membershipsOfRoom: Query<[roomNid: number], MembershipRow> = query(
  "membershipsOfRoom",
  `select * from memberships where room_nid = ?1`,
);
/** Reads which of some users are joined to a room that a user is joined to as well. */
export const usersWithSharedRoom: Query<[userNid: number, others: string], { readonly user_nid: number }> = query(
  "usersWithSharedRoom",
  `select distinct other.user_nid from memberships other join memberships own on own.room_nid = other.room_nid
   where other.user_nid in inList(?2) and other.membership = 'join' and own.user_nid = ?1 and own.membership = 'join'`,
);
/** Stores the present membership; a new one is never forgotten. */
export const upsertMembership: Write<[roomNid: number, userNid: number, membership: string, eventNid: number, pos: number]> = write(
  "upsertMembership",
  `insert into memberships (room_nid, user_nid, membership, event_nid, pos) values (?1, ?2, ?3, ?4, ?5)
   on conflict (room_nid, user_nid) do update set membership = excluded.membership, event_nid = excluded.event_nid, pos = excluded.pos,
     left_pos = case when memberships.membership = 'join' and excluded.membership <> 'join' then excluded.pos else memberships.left_pos end,
     forgotten = 0`,
);
/** Marks a room as forgotten by a user. */
export const forgetRoom: Write<[roomNid: number, userNid: number]> = write(
  "forgetRoom",
  `update memberships set forgotten = 1 where room_nid = ?1 and user_nid = ?2`,
);

/** A state group: what it changes in its base. */
export interface StateGroupRow {
  readonly state_nid: number;
  readonly room_nid: number;
  readonly base_nid: number | null;
  readonly hops: number;
  readonly delta: Uint8Array;
}
/** Reads state groups and those that they are built on, in no order. */
export const stateGroupChains: Query<[stateNids: string], StateGroupRow> = query(
  "stateGroupChains",
  `with recursive chain (state_nid, base_nid) as (
     select state_nid, base_nid from state_groups where state_nid in inList(?1)
     union select below.state_nid, below.base_nid from state_groups below join chain on below.state_nid = chain.base_nid)
   select * from state_groups where state_nid in (select state_nid from chain)`,
);
/** Reads the largest state group number. */
export const newestStateGroup: Query<[], { readonly nid: number | null }> = query(
  "newestStateGroup",
  `select max(state_nid) as nid from state_groups`,
);
/** Stores a state group. */
export const insertStateGroup: Write<[nid: number, roomNid: number, baseNid: number | null, hops: number, delta: Uint8Array]> = write(
  "insertStateGroup",
  `insert into state_groups values (?1, ?2, ?3, ?4, ?5)`,
);

/** Reads the room that an alias points to. */
export const aliasRoom: Query<[alias: string], { readonly room_nid: number; readonly creator_nid: number }> = query(
  "aliasRoom",
  `select room_nid, creator_nid from aliases where alias = ?1`,
);
/** Reads the aliases of a room. */
export const aliasesOfRoom: Query<[roomNid: number], { readonly alias: string }> = query(
  "aliasesOfRoom",
  `select alias from aliases where room_nid = ?1 order by alias`,
);
/** Counts the aliases that a user has made. */
export const countAliasesOfUser: Query<[creatorNid: number], { readonly count: number }> = query(
  "countAliasesOfUser",
  `select count(*) as count from aliases where creator_nid = ?1`,
);
/** Stores an alias; it fails if the alias is taken. */
export const insertAlias: Write<[alias: string, roomNid: number, creatorNid: number]> = write(
  "insertAlias",
  `insert into aliases values (?1, ?2, ?3)`,
);
/** Removes an alias. */
export const deleteAlias: Write<[alias: string]> = write("deleteAlias", `delete from aliases where alias = ?1`);
/** Makes the aliases of a room lead to another one. */
export const moveAliases: Write<[fromNid: number, toNid: number]> = write(
  "moveAliases",
  `update aliases set room_nid = ?2 where room_nid = ?1`,
);
/** Publishes a room in the place of another one, if that is published. */
export const movePublication: Write<[fromNid: number, toNid: number]> = write(
  "movePublication",
  `update directory set room_nid = ?2 where room_nid = ?1`,
);
/** Tells whether a room is in the published directory. */
export const isPublished: Query<[roomNid: number], { readonly room_nid: number }> = query(
  "isPublished",
  `select room_nid from directory where room_nid = ?1`,
);
/** Reads every published room. */
export const publishedRooms: Query<[], { readonly room_nid: number }> = query("publishedRooms", `select room_nid from directory`);
/** Counts the rooms that a user has published, besides one. */
export const countPublishedByUser: Query<[userNid: number, exceptNid: number], { readonly count: number }> = query(
  "countPublishedByUser",
  `select count(*) as count from directory where user_nid = ?1 and room_nid <> ?2`,
);
/** Publishes a room in the directory. */
export const publishRoom: Write<[roomNid: number, userNid: number]> = write(
  "publishRoom",
  `insert into directory (room_nid, user_nid) values (?1, ?2) on conflict do nothing`,
);
/** Takes a room out of the directory. */
export const unpublishRoom: Write<[roomNid: number]> = write("unpublishRoom", `delete from directory where room_nid = ?1`);
/** Reads what a room that this server is not in shows of itself to a user. */
export const strippedState: Query<[roomNid: number, userNid: number], { readonly json: string }> = query(
  "strippedState",
  `select json from stripped_state where room_nid = ?1 and user_nid = ?2`,
);
/** Stores what a room that this server is not in shows of itself to a user, as a JSON array of stripped events. */
export const upsertStrippedState: Write<[roomNid: number, userNid: number, json: string]> = write(
  "upsertStrippedState",
  `insert into stripped_state values (?1, ?2, ?3) on conflict (room_nid, user_nid) do update set json = excluded.json`,
);
/** Removes what a room has shown to a user from outside. */
export const deleteStrippedState: Write<[roomNid: number, userNid: number]> = write(
  "deleteStrippedState",
  `delete from stripped_state where room_nid = ?1 and user_nid = ?2`,
);
