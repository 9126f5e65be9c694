import type { JsonObject } from "@patrix/api";
import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import { type Core, shardOfUser } from "../log/core.ts";
import { lastCovered, type PositionVector } from "../log/position.ts";
import { limits } from "../limits.ts";
import { turnIfDue } from "../turns.ts";
import { keyList, operation, type WriteOperation } from "../store/statement.ts";
import { deviceIdsOfUsers } from "../store/statements/devices.ts";
import {
  deleteToDevicePages,
  deleteToDeviceTransactions,
  deleteToDeviceUpTo,
  insertToDevice,
  insertToDeviceTransaction,
  toDevicePage,
  toDeviceTransaction,
  toDeviceUpTo,
  trimToDevice,
  trimToDevicePages,
  upsertToDevicePage,
} from "../store/statements/to-device.ts";
import { groupByUser } from "./group-by-user.ts";
import type { KeyDevice } from "./key-device.ts";

/** Contents by user, and by device ID or `*`. */
export type ToDeviceMessages = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** A message for one device. */
interface Outgoing {
  readonly userNid: number;
  readonly deviceNid: number;
  readonly json: string;
}

/** A device as a receiver. */
export interface ReceivingDevice {
  readonly userNid: number;
  readonly deviceNid: number;
}

/** The most messages in one sync response. */
const PAGE_SIZE: number = limits.toDeviceInAnswer.value;
/** What a message counts as if it is smaller, so that one size bounds the number of messages as well. */
const LEAST_BYTES = Math.ceil(limits.toDeviceQueueBytes.value / limits.toDeviceQueue.value);
/** How many messages a device gets before its queue is looked at again. */
const TRIM_INTERVAL = 64;
/** How long a transaction ID is remembered. */
const TRANSACTION_LIFETIME_MS = 24 * 60 * 60 * 1_000;

/**
 * Messages from device to device: kept until the receiver's next sync token says that they arrived.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging}
 */
export class ToDevice {
  readonly #core: Core;
  readonly #sending = new KeyedQueue<number>();
  /** Devices that nothing waits for, so that most syncs need no look at the store. */
  readonly #empty = new LruCache<number, true>(50_000);
  /** How many messages each device got since its queue was looked at. */
  readonly #sinceTrim = new LruCache<number, number>(50_000);
  #deliveries = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * Sends messages once per transaction ID. Users and devices that are not known here are left out.
   *
   * @throws {LimitError} For a long type or transaction ID, a large content or many receivers.
   */
  async send(sender: KeyDevice, type: string, txnId: string, messages: ToDeviceMessages): Promise<void> {
    requireWithin("toDeviceNameLength", type.length, "path variable eventType");
    requireWithin("toDeviceNameLength", txnId.length, "path variable txnId");
    const txn = `${txnId}\n${type}`;
    await this.#sending.run(sender.deviceNid, async () => {
      if (await this.#core.store.get(toDeviceTransaction, sender.deviceNid, txn)) return;
      const outgoing = await this.#address(sender.userId, type, messages);
      const bytes = outgoing.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
      using quota = await this.#core.quotas.reserve("toDeviceBytesPerDay", sender.userNid, bytes, "/messages");
      const now = this.#core.clock.now();
      await this.#deliver(sender, outgoing, [
        operation(deleteToDeviceTransactions, sender.deviceNid, now - TRANSACTION_LIFETIME_MS),
        operation(insertToDeviceTransaction, sender.deviceNid, txn, now),
        quota.count(),
      ]);
    });
  }

  /**
   * The oldest messages for a device up to a cut, as JSON, as many as go into one answer. If there are more, the log moves on,
   * so that the token of this response differs from the next one's and acknowledges only what it came with.
   */
  async pending({ userNid, deviceNid }: ReceivingDevice, now: PositionVector): Promise<readonly string[]> {
    if (this.#empty.get(deviceNid)) return [];
    const deliveries = this.#deliveries;
    const shard = shardOfUser(this.#core, userNid);
    const tokenPos = lastCovered(now, shard);
    const rows = await this.#core.store.all(toDeviceUpTo, deviceNid, tokenPos, PAGE_SIZE + 1);
    // A message past the cut waits all the same.
    const waits = rows.length > 0 || (await this.#core.store.get(toDeviceUpTo, deviceNid, Number.MAX_SAFE_INTEGER, 1)) !== undefined;
    if (!waits && deliveries === this.#deliveries) this.#empty.set(deviceNid, true);
    const page = firstOf(rows);
    const last = page.at(-1);
    if (rows.length > page.length && last) {
      const pos = this.#core.log.next(shard);
      await this.#core.log.append({
        positions: [pos],
        operations: [
          operation(upsertToDevicePage, deviceNid, tokenPos, last.pos),
          operation(trimToDevicePages, deviceNid, limits.toDevicePages.value),
        ],
        publish: () => this.#core.wakeUps.touch([userNid]),
      });
    }
    return page.map((row) => row.json);
  }

  /** Drops the messages that came with a token, which the device now has. */
  async acknowledge({ userNid, deviceNid }: ReceivingDevice, token: PositionVector): Promise<void> {
    if (this.#empty.get(deviceNid)) return;
    const { store, log } = this.#core;
    const tokenPos = lastCovered(token, shardOfUser(this.#core, userNid));
    const [first] = await store.all(toDeviceUpTo, deviceNid, tokenPos, 1);
    if (!first) return;
    const page = await store.get(toDevicePage, deviceNid, tokenPos);
    const upTo = page?.last_pos ?? tokenPos;
    if (first.pos > upTo) return;
    await log.append({
      positions: [],
      operations: [operation(deleteToDeviceUpTo, deviceNid, upTo), operation(deleteToDevicePages, deviceNid, tokenPos)],
    });
  }

  async #address(senderId: string, type: string, messages: ToDeviceMessages): Promise<Outgoing[]> {
    const { users, store } = this.#core;
    const targets = Object.values(messages).reduce((sum, byDevice) => sum + Object.keys(byDevice).length, 0);
    requireWithin("toDeviceTargets", targets, "/messages");
    const outgoing: Outgoing[] = [];
    const nids = await users.findAll(Object.keys(messages));
    const devicesByUser = groupByUser(await store.all(deviceIdsOfUsers, keyList(nids.values())));
    for (const [userId, byDevice] of Object.entries(messages)) {
      const turn = turnIfDue();
      if (turn) await turn;
      const userNid = nids.get(userId);
      const devices = userNid === undefined ? undefined : devicesByUser.get(userNid);
      if (userNid === undefined || !devices) continue;
      const everyone = Object.hasOwn(byDevice, "*") ? byDevice["*"] : undefined;
      for (const { device_nid: deviceNid, device_id: deviceId } of devices) {
        const content = Object.hasOwn(byDevice, deviceId) ? byDevice[deviceId] : everyone;
        if (content) outgoing.push({ userNid, deviceNid, json: render(senderId, type, content) });
      }
    }
    return outgoing;
  }

  /** Drops messages of queues that may have become too long: the oldest ones of whoever has sent most. */
  #trims(outgoing: readonly Outgoing[]): WriteOperation[] {
    return outgoing.flatMap(({ deviceNid }) => {
      const count = (this.#sinceTrim.get(deviceNid) ?? 0) + 1;
      this.#sinceTrim.set(deviceNid, count % TRIM_INTERVAL);
      if (count < TRIM_INTERVAL) return [];
      return operation(trimToDevice, deviceNid, limits.toDeviceQueueBytes.value, LEAST_BYTES);
    });
  }

  async #deliver(sender: KeyDevice, outgoing: readonly Outgoing[], operations: readonly WriteOperation[]): Promise<void> {
    const { log, wakeUps } = this.#core;
    const positions = outgoing.map(({ userNid }) => log.next(shardOfUser(this.#core, userNid)));
    const inserts = outgoing.map(({ deviceNid, json }, index) =>
      operation(insertToDevice, positions[index] ?? 0, deviceNid, sender.userNid, json),
    );
    await log.append({
      positions,
      operations: [...operations, ...inserts, ...this.#trims(outgoing)],
      publish: () => {
        this.#deliveries++;
        for (const { deviceNid } of outgoing) this.#empty.delete(deviceNid);
        wakeUps.touch(outgoing.map(({ userNid }) => userNid));
      },
    });
  }
}

/** The first messages, as many as go into one answer. */
function firstOf<Row extends { readonly json: string }>(rows: readonly Row[]): readonly Row[] {
  let bytes = 0;
  const end = rows.findIndex(({ json }, index) => {
    const isFull = index === PAGE_SIZE || bytes >= limits.toDeviceBytesInAnswer.value;
    bytes += Buffer.byteLength(json);
    return isFull;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

function render(sender: string, type: string, content: JsonObject): string {
  const json = JSON.stringify({ type, sender, content });
  requireWithin("toDeviceContentBytes", Buffer.byteLength(json), "/messages");
  return json;
}
