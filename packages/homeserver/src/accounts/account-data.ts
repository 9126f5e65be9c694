import { isJsonObject, type JsonObject } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import { type Core, shardOfUser } from "../log/core.ts";
import { lastCovered, type PositionVector } from "../log/position.ts";
import { operation } from "../store/statement.ts";
import {
  accountDataOf,
  accountDataOfRoom,
  type AccountDataRow,
  accountDataSince,
  accountDataSize,
  accountDataUsage,
  upsertAccountData,
} from "../store/statements/account-data.ts";

/** Where a piece of account data lies. */
export interface AccountDataKey {
  readonly userNid: number;
  /** 0 for global data. */
  readonly roomNid: number;
  readonly type: string;
}

/**
 * Account data of users, global and by room. What changes one user's happens one after the other, so that the limits on
 * their number and size hold and no change is lost.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#client-config}
 */
export class AccountData {
  readonly #core: Core;
  readonly #changes = new KeyedQueue<number>();
  readonly #listeners = new Set<(key: AccountDataKey) => void>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Calls back when a piece has changed. */
  onChange(listener: (key: AccountDataKey) => void): void {
    this.#listeners.add(listener);
  }

  /** Stores a piece. @throws {LimitError} If it, or all of the user's together, would be too large; nothing is stored. */
  put(key: AccountDataKey, content: JsonObject): Promise<void> {
    return this.#changes.run(key.userNid, () => this.#store(key, content));
  }

  /** Stores what a function makes of a piece, an empty object if there is none. @throws {LimitError} As {@link AccountData.put}. */
  change(key: AccountDataKey, change: (content: JsonObject) => JsonObject): Promise<void> {
    return this.#changes.run(key.userNid, async () => {
      const stored: unknown = JSON.parse((await this.read(key)) ?? "{}");
      await this.#store(key, change(isJsonObject(stored) ? stored : {}));
    });
  }

  /** Reads a piece, as JSON. */
  async read({ userNid, roomNid, type }: AccountDataKey): Promise<string | undefined> {
    return (await this.#core.store.get(accountDataOf, userNid, roomNid, type))?.json;
  }

  /** Reads every piece of a user for a room. */
  ofRoom(userNid: number, roomNid: number): Promise<AccountDataRow[]> {
    return this.#core.store.all(accountDataOfRoom, userNid, roomNid);
  }

  /** Reads the account data of a user that was last set after a cut and up to another; from the beginning without the first. */
  since(userNid: number, since: PositionVector | undefined, now: PositionVector = this.#core.log.committed): Promise<AccountDataRow[]> {
    const shard = shardOfUser(this.#core, userNid);
    const after = since === undefined ? 0 : lastCovered(since, shard);
    return this.#core.store.all(accountDataSince, userNid, after, lastCovered(now, shard));
  }

  async #store(key: AccountDataKey, content: JsonObject): Promise<void> {
    const { userNid, roomNid, type } = key;
    const { store, log, wakeUps } = this.#core;
    const json = JSON.stringify(content);
    requireWithin("accountDataTypeLength", type.length, "path variable type");
    requireWithin("accountDataBytes", Buffer.byteLength(json), "the content");
    const before = await store.get(accountDataSize, userNid, roomNid, type);
    // Most writes replace a read marker by another, and add nothing.
    if (before === undefined || before.bytes < Buffer.byteLength(json)) await this.#requireRoom(key, Buffer.byteLength(json));
    const pos = log.next(shardOfUser(this.#core, userNid));
    await log.append({
      positions: [pos],
      operations: [operation(upsertAccountData, userNid, roomNid, type, json, pos)],
      publish: () => {
        for (const listener of this.#listeners) listener(key);
        wakeUps.touch([userNid]);
      },
    });
  }

  /** Checks that there is room for a piece beside the others of the user. */
  async #requireRoom({ userNid, roomNid, type }: AccountDataKey, jsonBytes: number): Promise<void> {
    const others = await this.#core.store.get(accountDataUsage, userNid, roomNid, type);
    const bytes = jsonBytes + Buffer.byteLength(type);
    requireWithin("accountDataItems", (others?.items ?? 0) + 1, "the content");
    requireWithin("accountDataTotalBytes", (others?.bytes ?? 0) + bytes, "the content");
    if (roomNid === 0) return;
    requireWithin("accountDataRoomItems", (others?.room_items ?? 0) + 1, "the content");
    requireWithin("accountDataRoomBytes", (others?.room_bytes ?? 0) + bytes, "the content");
  }
}
