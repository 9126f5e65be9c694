import { query, type Query, type Write, write } from "../statement.ts";

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
/** Stores how far a shard has got. */
export const updateShard: Write<[shard: number, epoch: number, lastPos: number]> = write(
  "updateShard",
  `update shards set last_pos = ?3 where shard = ?1 and epoch = ?2`,
);
/** Reads a value of the server's own. */
export const metaValue: Query<[key: string], { readonly value: string }> = query("metaValue", `select value from meta where key = ?1`);
/** Stores a value of the server's own. */
export const upsertMeta: Write<[key: string, value: string]> = write(
  "upsertMeta",
  `insert into meta values (?1, ?2) on conflict (key) do update set value = excluded.value`,
);
