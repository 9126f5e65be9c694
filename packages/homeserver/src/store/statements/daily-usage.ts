import { query, type Query, type Write, write } from "../statement.ts";
import { notErased } from "./not-erased.ts";

/** What a user has taken of a limit that holds for a day. */
export interface DailyUsageRow {
  /** Days since the epoch, in UTC. */
  readonly day: number;
  readonly amount: number;
}
/** Reads what a user has last taken of a limit. */
export const dailyUsage: Query<[userNid: number, kind: string], DailyUsageRow> = query(
  "dailyUsage",
  `select day, amount from daily_usage where user_nid = ?1 and kind = ?2`,
);
/** Adds to what a user has taken on a day; another day starts afresh. */
export const addDailyUsage: Write<[userNid: number, kind: string, day: number, amount: number]> = write(
  "addDailyUsage",
  `insert into daily_usage (user_nid, kind, day, amount) select ?1, ?2, ?3, ?4 where ${notErased("?1")}
   on conflict (user_nid, kind) do update set day = excluded.day,
     amount = case when daily_usage.day = excluded.day then daily_usage.amount + excluded.amount else excluded.amount end`,
);
