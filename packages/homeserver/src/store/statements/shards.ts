import { fence, query, type Query, type Write, write } from "../statement.ts";

/** How far a log shard has got. */
export interface ShardRow {
  readonly shard: number;
  readonly epoch: number;
  readonly last_pos: number;
}
/** Reads every shard. */
export const allShards: Query<[], ShardRow> = query("allShards", `select * from shards order by shard`);
/** Stores a new shard. */
export const insertShard: Write<[shard: number, epoch: number, lastPos: number]> = write(
  "insertShard",
  `insert into shards values (?1, ?2, ?3)`,
);
/** Stores how far a shard has got, as long as it still belongs to whoever writes. */
export const updateShard: Write<[shard: number, epoch: number, lastPos: number]> = fence(
  "updateShard",
  `update shards set last_pos = ?3 where shard = ?1 and epoch = ?2`,
);
/** Moves every shard on by a distance, in positions. */
export const advanceShards: Write<[distance: number]> = write("advanceShards", `update shards set last_pos = last_pos + ?1`);
/** Reads a value of the server's own. */
export const metaValue: Query<[key: string], { readonly value: string }> = query("metaValue", `select value from meta where key = ?1`);
/** Stores a value of the server's own. */
export const upsertMeta: Write<[key: string, value: string]> = write(
  "upsertMeta",
  `insert into meta values (?1, ?2) on conflict (key) do update set value = excluded.value`,
);
/** Removes a value of the server's own. */
export const deleteMeta: Write<[key: string]> = write("deleteMeta", `delete from meta where key = ?1`);
/** The key of a value that marks data as the beginning of a copy, which no server may use; it names the server. */
export const UNFINISHED_COPY = "unfinished_copy";

/** Reads how many numbers of a kind are reserved, by shard. */
export const counters: Query<[kind: string], { readonly shard: number; readonly value: number }> = query(
  "counters",
  `select shard, value from counters where kind = ?1`,
);
/** Stores how many numbers of a kind are reserved in a shard. */
export const upsertCounter: Write<[kind: string, shard: number, value: number]> = write(
  "upsertCounter",
  `insert into counters (kind, shard, value) values (?1, ?2, ?3) on conflict (kind, shard) do update set value = excluded.value`,
);
/** Reads how far a reader of the log has got, by shard. */
export const cursorsOf: Query<[name: string], { readonly shard: number; readonly pos: number }> = query(
  "cursorsOf",
  `select shard, pos from cursors where name = ?1`,
);
/** Stores how far a reader of the log has got in a shard. */
export const upsertCursor: Write<[name: string, shard: number, pos: number]> = write(
  "upsertCursor",
  `insert into cursors (name, shard, pos) values (?1, ?2, ?3) on conflict (name, shard) do update set pos = excluded.pos`,
);
/** Removes the cursors of a reader of the log. */
export const deleteCursors: Write<[name: string]> = write("deleteCursors", `delete from cursors where name = ?1`);
