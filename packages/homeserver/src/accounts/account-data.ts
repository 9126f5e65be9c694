import { isJsonObject, type JsonObject } from "@patrix/api";
import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import { type Core, shardOfUser } from "../log/core.ts";
import { lastCovered, type Position, type PositionVector } from "../log/position.ts";
import type { Ready } from "../ready.ts";
import { operation } from "../store/statement.ts";
import {
  accountDataOf,
  accountDataOfRoom,
  type AccountDataRow,
  accountDataSince,
  accountDataSize,
  accountDataUsage,
  type PlacedAccountDataRow,
  upsertAccountData,
} from "../store/statements/account-data.ts";

/** Where a piece of account data lies. */
export interface AccountDataKey {
  readonly userNid: number;
  /** 0 for global data. */
  readonly roomNid: number;
  readonly type: string;
}

const REMOVED = "{}";

/** Whether a piece is one that was removed: its row stays, so that syncs tell of that. */
export function isRemoved(json: string): boolean {
  return json === REMOVED;
}

/** The most users of whom it is known how far their account data goes. */
const REMEMBERED_USERS = 50_000;
const nothing: readonly PlacedAccountDataRow[] = [];

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
  /** Positions that nothing of a user is newer than, so that most syncs need no look at the store. */
  readonly #newest = new LruCache<number, Position>(REMEMBERED_USERS);
  #stored = 0;

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

  /** Empties a piece, which counts as removed; where there is none, nothing happens. */
  remove(key: AccountDataKey): Promise<void> {
    return this.#changes.run(key.userNid, async () => {
      if (!isRemoved((await this.read(key)) ?? REMOVED)) await this.append(key, REMOVED);
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

  /** Reads what a user's account data has got after a cut; all of it without one. */
  since(userNid: number, since: PositionVector | undefined): Ready<readonly PlacedAccountDataRow[]> {
    const after = since === undefined ? 0 : lastCovered(since, shardOfUser(this.#core, userNid));
    const newest = this.#newest.get(userNid);
    return newest !== undefined && newest <= after ? nothing : this.#readSince(userNid, after);
  }

  async #readSince(userNid: number, after: Position): Promise<readonly PlacedAccountDataRow[]> {
    const stored = this.#stored;
    const rows = await this.#core.store.all(accountDataSince, userNid, after);
    // What was stored while the rows were read may not be among them.
    if (stored === this.#stored)
      this.#newest.set(
        userNid,
        rows.reduce((pos, row) => Math.max(pos, row.pos), after),
      );
    return rows;
  }

  /** Stores a piece that the caller has checked, behind everything that was stored before. */
  async append({ userNid, roomNid, type }: AccountDataKey, json: string): Promise<void> {
    const { log, wakeUps } = this.#core;
    const pos = log.next(shardOfUser(this.#core, userNid));
    await log.append({
      positions: [pos],
      operations: [operation(upsertAccountData, userNid, roomNid, type, json, pos)],
      publish: () => {
        this.#stored++;
        this.#newest.set(userNid, pos);
        for (const listener of this.#listeners) listener({ userNid, roomNid, type });
        wakeUps.touch([userNid], roomNid);
      },
    });
  }

  async #store(key: AccountDataKey, content: JsonObject): Promise<void> {
    const { userNid, roomNid, type } = key;
    const { store } = this.#core;
    const json = JSON.stringify(content);
    requireWithin("accountDataTypeLength", type.length, "path variable type");
    requireWithin("accountDataBytes", Buffer.byteLength(json), "the content");
    const before = await store.get(accountDataSize, userNid, roomNid, type);
    // Most writes replace a read marker by another, and add nothing.
    if (before === undefined || before.bytes < Buffer.byteLength(json)) await this.#requireRoom(key, Buffer.byteLength(json));
    await this.append(key, json);
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
