import { type Clock, type ProgramClock, programClock } from "@patrix/concurrency";
import type { DailyLimits } from "../limits.ts";
import { StoreError } from "../store/errors.ts";
import { operation } from "../store/statement.ts";
import { metaValue, UNFINISHED_COPY, upsertMeta } from "../store/statements/shards.ts";
import type { Store, StoreReader } from "../store/store.ts";
import { eventTypes, stateKeys, users } from "../store/statements/names.ts";
import { DailyQuotas } from "./daily-quotas.ts";
import { Log } from "./log.ts";
import { Numbers } from "./numbers.ts";
import { Names } from "./names.ts";
import { WakeUps } from "./wake-ups.ts";

/** What reading events and states builds on: where they are stored, and the numbering of names. */
export interface ReadingCore {
  readonly store: StoreReader;
  readonly users: Names;
  readonly eventTypes: Names;
  readonly stateKeys: Names;
}

/** What every part of the server builds on: the store, the log over it, the numbering of names, wake-ups, the time, and daily quotas. */
export interface Core extends ReadingCore {
  readonly serverName: string;
  readonly store: Store;
  readonly log: Log;
  readonly wakeUps: WakeUps;
  /** The time that everything of the protocol goes by. */
  readonly clock: ProgramClock;
  readonly quotas: DailyQuotas;
}

/**
 * Refuses data of another server: its users and rooms carry that server's name.
 *
 * @throws {StoreError} `WRONG_SERVER`, `UNFINISHED_COPY`.
 */
async function claimData(store: Store, serverName: string): Promise<void> {
  if ((await store.get(metaValue, UNFINISHED_COPY)) !== undefined)
    throw new StoreError(
      "UNFINISHED_COPY",
      "the database holds the beginning of a copy: run patrix database copy again, which goes on with it",
    );
  const owner = await store.get(metaValue, "server_name");
  if (owner === undefined) await store.commit([operation(upsertMeta, "server_name", serverName)]);
  else if (owner.value !== serverName)
    throw new StoreError(
      "WRONG_SERVER",
      `the data belongs to ${owner.value}, not to ${serverName}: choose another data_dir or set server_name`,
    );
}

/** Opens the core over a store. `shards` counts when the database is new; 1 is right for a single process. */
export async function openCore(
  serverName: string,
  store: Store,
  options: { readonly shards?: number; readonly clock?: Clock; readonly dailyLimits?: DailyLimits } = {},
): Promise<Core> {
  await claimData(store, serverName);
  const log = await Log.open(store, options.shards);
  const carry = log.carry.bind(log);
  const clock = programClock(options.clock);
  const wakeUps = new WakeUps(clock);
  log.onCommit(() => wakeUps.flush());
  return {
    serverName,
    store,
    log,
    users: await Names.open(store, users, carry),
    eventTypes: await Names.open(store, eventTypes, carry),
    stateKeys: await Names.open(store, stateKeys, carry),
    wakeUps,
    clock,
    quotas: new DailyQuotas({ store, clock }, options.dailyLimits),
  };
}

/** Opens what reading builds on over data that is not written, such as a snapshot: a name that has no number gets none. */
export async function openReadingCore(store: StoreReader): Promise<ReadingCore> {
  const refuse = (): never => {
    throw new StoreError("NOT_WRITABLE", "the data is opened for reading only");
  };
  return {
    store,
    users: await Names.open(store, users, refuse),
    eventTypes: await Names.open(store, eventTypes, refuse),
    stateKeys: await Names.open(store, stateKeys, refuse),
  };
}

/** Opens the numbers of a kind of things; `used` is the largest in use. */
export function openNumbers({ store, log }: Core, kind: string, used: number): Promise<Numbers> {
  return Numbers.open({ store, carry: log.carry.bind(log), shards: log.shards }, kind, used);
}

/** Whether a user is one of this server. */
export function isLocalUser({ serverName }: Pick<Core, "serverName">, userId: string): boolean {
  return userId.endsWith(`:${serverName}`);
}

/** The shard that a user's own facts (account data, to-device messages, device lists) go to. */
export function shardOfUser(core: Core, userNid: number): number {
  return userNid % core.log.shards;
}
