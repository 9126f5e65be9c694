import { query, type Query, type Write, write } from "../statement.ts";

/** A user as the directory shows them. */
export interface DirectoryUserRow {
  readonly user_nid: number;
  readonly user_id: string;
  /** JSON, as the profile has it. */
  readonly name: string | null;
  readonly avatar: string | null;
}
const shown = `u.user_nid, u.user_id,
  (select json from profiles where user_nid = u.user_nid and field = 'displayname') as name,
  (select json from profiles where user_nid = u.user_nid and field = 'avatar_url') as avatar`;

/** A word, and a user whom it leads to. */
export interface WordRow {
  readonly word: string;
  readonly user_nid: number;
}
/** Reads to whom the words in a range lead, in the order of words, after one of them. */
export const wordsFrom: Query<[word: string, userNid: number, below: string, limit: number], WordRow> = query(
  "wordsFrom",
  `select word, user_nid from user_words where (word, user_nid) > (?1, ?2) and word < ?3 order by word, user_nid limit ?4`,
);
/** Reads users, in no order, unless their accounts are over, locked or of guests. */
export const listedUsers: Query<[userNids: string], DirectoryUserRow> = query(
  "listedUsers",
  `select ${shown} from accounts a join users u on u.user_nid = a.user_nid where a.user_nid in inList(?1) and a.deactivated = 0 and a.guest = 0
   and a.locked_ts is null`,
);
/** Reads which of some users somebody may find: they share a room, or are in one that is open or published. */
export const findableUsers: Query<[userNid: number, others: string], { readonly user_nid: number }> = query(
  "findableUsers",
  `select distinct other.user_nid from memberships other where other.user_nid in inList(?2) and other.membership = 'join' and (
     exists (select 1 from open_rooms where room_nid = other.room_nid) or exists (select 1 from directory where room_nid = other.room_nid)
     or exists (select 1 from memberships where room_nid = other.room_nid and user_nid = ?1 and membership = 'join'))`,
);
/** Reads accounts in the order of their numbers, with what they are found by. */
export const accountsAfter: Query<[userNid: number, limit: number], DirectoryUserRow> = query(
  "accountsAfter",
  `select ${shown} from accounts a join users u on u.user_nid = a.user_nid where a.user_nid > ?1 and a.deactivated = 0
   order by a.user_nid limit ?2`,
);

/** Lets a word lead to a user; not to one whose account is over. */
export const insertUserWord: Write<[word: string, userNid: number]> = write(
  "insertUserWord",
  `insert into user_words (word, user_nid) select ?1, ?2 where not exists (select 1 from accounts where user_nid = ?2 and deactivated = 1)
   on conflict do nothing`,
);
/** Removes the words that lead to a user. */
export const deleteUserWords: Write<[userNid: number]> = write("deleteUserWords", `delete from user_words where user_nid = ?1`);
/** Notes that a setting lets everybody find who is in a room. */
export const openRoom: Write<[roomNid: number, reason: string]> = write(
  "openRoom",
  `insert into open_rooms (room_nid, reason) values (?1, ?2) on conflict do nothing`,
);
/** Notes that a setting does not do so. */
export const closeRoom: Write<[roomNid: number, reason: string]> = write(
  "closeRoom",
  `delete from open_rooms where room_nid = ?1 and reason = ?2`,
);
