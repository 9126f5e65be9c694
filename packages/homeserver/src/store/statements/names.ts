import { query, type Query, type Write, write } from "../statement.ts";

/** A number and the text that it stands for. */
export interface NameRow {
  readonly nid: number;
  readonly text: string;
}

/** The statements of one table that numbers texts. */
export interface NameTable {
  readonly byText: Query<[text: string], NameRow>;
  readonly byTexts: Query<[texts: string], NameRow>;
  readonly byNids: Query<[nids: string], NameRow>;
  readonly newest: Query<[], { readonly nid: number | null }>;
  readonly insert: Write<[nid: number, text: string]>;
}

function nameTable(table: string, nid: string, text: string): NameTable {
  const columns = `${nid} as nid, ${text} as text`;
  return {
    byText: query(`${table}.byText`, `select ${columns} from ${table} where ${text} = ?1`),
    byTexts: query(`${table}.byTexts`, `select ${columns} from ${table} where ${text} in inList(?1)`),
    byNids: query(`${table}.byNids`, `select ${columns} from ${table} where ${nid} in inList(?1)`),
    newest: query(`${table}.newest`, `select max(${nid}) as nid from ${table}`),
    insert: write(`${table}.insert`, `insert into ${table} (${nid}, ${text}) values (?1, ?2)`),
  };
}

/** User IDs by number. */
export const users: NameTable = nameTable("users", "user_nid", "user_id");
/** Event types by number. */
export const eventTypes: NameTable = nameTable("event_types", "type_nid", "type");

/** Pairs of event type number and state key (`12 @user:server`), by number. */
export const stateKeys: NameTable = nameTable("state_keys", "skey_nid", "skey");
