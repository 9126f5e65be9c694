import { query, type Query, type Write, write } from "../statement.ts";
import { notErased } from "./not-erased.ts";

/** What a user wants of a thread. */
export interface ThreadSubscriptionRow {
  readonly user_nid: number;
  readonly room_nid: number;
  readonly root_id: string;
  /** 0 for one that the user has unsubscribed from. */
  readonly subscribed: number;
  /** Whether a client subscribed of itself. */
  readonly automatic: number;
  /** When that was said last. */
  readonly pos: number;
  /** Where the timeline of the room had got to when the user unsubscribed. */
  readonly seen_pos: number;
}

/** Reads what a user wants of a thread. */
export const threadSubscriptionOf: Query<[userNid: number, roomNid: number, rootId: string], ThreadSubscriptionRow> = query(
  "threadSubscriptionOf",
  `select * from thread_subscriptions where user_nid = ?1 and room_nid = ?2 and root_id = ?3`,
);
/** Reads the threads that a user has subscribed to. */
export const subscribedThreads: Query<[userNid: number], { readonly root_id: string }> = query(
  "subscribedThreads",
  `select root_id from thread_subscriptions where user_nid = ?1 and subscribed = 1`,
);
/** Counts the threads of which it is known what a user wants of them. */
export const countThreadSubscriptions: Query<[userNid: number], { readonly count: number }> = query(
  "countThreadSubscriptions",
  `select count(*) as count from thread_subscriptions where user_nid = ?1`,
);
/** Reads what a user has said of threads after a position and up to another, the latest first. */
export const threadSubscriptionChanges: Query<[userNid: number, after: number, upTo: number, limit: number], ThreadSubscriptionRow> = query(
  "threadSubscriptionChanges",
  `select * from thread_subscriptions where user_nid = ?1 and pos > ?2 and pos <= ?3 order by pos desc limit ?4`,
);
/** Stores what a user wants of a thread; nothing for an account that was erased. */
export const upsertThreadSubscription: Write<
  [userNid: number, roomNid: number, rootId: string, subscribed: number, automatic: number, pos: number, seenPos: number]
> = write(
  "upsertThreadSubscription",
  `insert into thread_subscriptions (user_nid, room_nid, root_id, subscribed, automatic, pos, seen_pos)
   select ?1, ?2, ?3, ?4, ?5, ?6, ?7 where ${notErased("?1")}
   on conflict (user_nid, room_nid, root_id) do update set subscribed = excluded.subscribed, automatic = excluded.automatic,
     pos = excluded.pos, seen_pos = excluded.seen_pos`,
);
