import { query, type Query, type Write, write } from "../statement.ts";

/** Reads the numbers of application services. */
export const allAppservices: Query<[], { readonly as_nid: number; readonly id: string }> = query(
  "allAppservices",
  `select as_nid, id from appservices`,
);
/** Numbers an application service. */
export const insertAppservice: Write<[asNid: number, id: string]> = write("insertAppservice", `insert into appservices values (?1, ?2)`);

/** A transaction that an application service has not confirmed. */
export interface AppserviceTransactionRow {
  readonly seq: number;
  readonly txn_id: string;
  readonly json: string;
}
/** Reads the transactions that an application service has not confirmed, in order. */
export const appserviceTransactions: Query<[asNid: number], AppserviceTransactionRow> = query(
  "appserviceTransactions",
  `select seq, txn_id, json from appservice_transactions where as_nid = ?1 order by seq`,
);
/** Stores a transaction. */
export const insertAppserviceTransaction: Write<[asNid: number, seq: number, txnId: string, json: string]> = write(
  "insertAppserviceTransaction",
  `insert into appservice_transactions values (?1, ?2, ?3, ?4)`,
);
/** Removes a transaction that is confirmed. */
export const deleteAppserviceTransaction: Write<[asNid: number, seq: number]> = write(
  "deleteAppserviceTransaction",
  `delete from appservice_transactions where as_nid = ?1 and seq = ?2`,
);

/** Puts a room into the directory of a network. */
export const insertAppserviceRoom: Write<[asNid: number, networkId: string, roomNid: number]> = write(
  "insertAppserviceRoom",
  `insert into appservice_rooms values (?1, ?2, ?3) on conflict (as_nid, network_id, room_nid) do nothing`,
);
/** Takes a room out of the directory of a network. */
export const deleteAppserviceRoom: Write<[asNid: number, networkId: string, roomNid: number]> = write(
  "deleteAppserviceRoom",
  `delete from appservice_rooms where as_nid = ?1 and network_id = ?2 and room_nid = ?3`,
);
/** Tells whether a room is in the directory of a network. */
export const appserviceRoom: Query<[asNid: number, networkId: string, roomNid: number], { readonly room_nid: number }> = query(
  "appserviceRoom",
  `select room_nid from appservice_rooms where as_nid = ?1 and network_id = ?2 and room_nid = ?3`,
);
/** Counts the rooms in the directories of an application service. */
export const countAppserviceRooms: Query<[asNid: number], { readonly count: number }> = query(
  "countAppserviceRooms",
  `select count(*) as count from appservice_rooms where as_nid = ?1`,
);
/** Reads the rooms in the directory of a network. */
export const appserviceRoomsOfNetwork: Query<[asNid: number, networkId: string], { readonly room_nid: number }> = query(
  "appserviceRoomsOfNetwork",
  `select room_nid from appservice_rooms where as_nid = ?1 and network_id = ?2`,
);
/** Reads the rooms in the directories of all networks. */
export const allAppserviceRooms: Query<[], { readonly room_nid: number }> = query(
  "allAppserviceRooms",
  `select distinct room_nid from appservice_rooms`,
);
