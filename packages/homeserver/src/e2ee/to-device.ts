import type { JsonObject } from "@patrix/api";
import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { isUserId } from "@patrix/identifiers";
import { serverOf } from "@patrix/signatures";
import { LimitError, requireWithin } from "../errors.ts";
import { type Core, isLocalUser, shardOfUser } from "../log/core.ts";
import { lastCovered, type PositionVector } from "../log/position.ts";
import { limits } from "../limits.ts";
import type { DevicesOfOthers, OutgoingEdu } from "../other-servers.ts";
import { NO_ROOM } from "../log/wake-ups.ts";
import type { Ready } from "../ready.ts";
import { turnIfDue } from "../turns.ts";
import { keyList, operation, type WriteOperation } from "../store/statement.ts";
import { deviceIdsOfUsers } from "../store/statements/devices.ts";
import {
  deleteToDevicePages,
  deleteToDeviceTransactions,
  deleteToDeviceUpTo,
  insertToDevice,
  insertToDeviceTransaction,
  insertReceivedMessage,
  receivedMessage,
  toDeviceBetween,
  toDevicePage,
  toDeviceTransaction,
  toDeviceUpTo,
  trimToDevice,
  trimReceivedMessages,
  trimToDevicePages,
  upsertToDevicePage,
} from "../store/statements/to-device.ts";
import { directToDeviceEdus, readDirectToDevice, type ToDeviceMessages } from "./direct-to-device.ts";
import { groupByUser } from "./group-by-user.ts";
import type { KeyDevice } from "./key-device.ts";

const nothing: readonly string[] = [];

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
  readonly #outbox: DevicesOfOthers["outbox"];
  readonly #sending = new KeyedQueue<number>();
  readonly #receiving = new KeyedQueue<string>();
  /** Devices that nothing waits for, so that most syncs need no look at the store. */
  readonly #empty = new LruCache<number, true>(50_000);
  /** How many messages each device got since its queue was looked at. */
  readonly #sinceTrim = new LruCache<number, number>(50_000);
  readonly #sinceTrimReceived = new LruCache<string, number>(10_000);
  #deliveries = 0;

  constructor(core: Core, { outbox }: Pick<DevicesOfOthers, "outbox">) {
    this.#core = core;
    this.#outbox = outbox;
  }

  /**
   * Sends messages once per transaction ID. Users and devices that are not known here are left out; what is for users of other servers
   * is stored for those servers, in the same commit.
   *
   * @throws {LimitError} For a long type or transaction ID, a large content or many receivers.
   */
  async send(sender: Omit<KeyDevice, "deviceId">, type: string, txnId: string, messages: ToDeviceMessages): Promise<void> {
    requireWithin("toDeviceNameLength", type.length, "path variable eventType");
    requireWithin("toDeviceNameLength", txnId.length, "path variable txnId");
    const txn = `${txnId}\n${type}`;
    await this.#sending.run(sender.deviceNid, async () => {
      if (await this.#core.store.get(toDeviceTransaction, sender.deviceNid, txn)) return;
      const outgoing = await this.#address(sender.userId, type, messages);
      const remote = this.#addressOthers(sender.userId, type, messages);
      const remoteBytes = remote.reduce((sum, { edu }) => sum + Buffer.byteLength(JSON.stringify(edu)), 0);
      const bytes = outgoing.reduce((sum, { json }) => sum + Buffer.byteLength(json), remoteBytes);
      using quota = await this.#core.quotas.reserve("toDeviceBytesPerDay", sender.userNid, bytes, "/messages");
      const now = this.#core.clock.now();
      await this.#deliver(sender.userNid, outgoing, [
        operation(deleteToDeviceTransactions, sender.deviceNid, now - TRANSACTION_LIFETIME_MS),
        operation(insertToDeviceTransaction, sender.deviceNid, txn, now),
        quota.count(),
        ...this.#outbox.store(remote),
      ]);
      this.#outbox.note(new Set(remote.map(({ server }) => server)));
    });
  }

  /**
   * Takes in messages of another server, once. Users and devices that are not known here are left out, as is what is malformed or too
   * large: the other server can do nothing about it.
   */
  async receive(origin: string, content: JsonObject): Promise<void> {
    const received = readDirectToDevice(origin, content);
    if (!received) return;
    const { sender, type, messageId, messages } = received;
    const outgoing = await this.#address(sender, type, messages, { skipsLarge: true });
    if (outgoing.length === 0) return;
    const id = `${messageId}\n${sender}`;
    await this.#receiving.run(origin, async () => {
      const { store, users, clock } = this.#core;
      if (await store.get(receivedMessage, origin, id)) return;
      const now = clock.now();
      // Users that nothing else is known of count as one, so that a server gets no larger share of a queue by making up names.
      await this.#deliver((await users.find(sender)) ?? 0, outgoing, [
        operation(insertReceivedMessage, origin, id, now),
        ...this.#trimReceived(origin),
      ]);
    });
  }

  /**
   * The oldest messages for a device up to a cut, as JSON, as many as go into one answer. If there are more, the log moves on,
   * so that the token of this response differs from the next one's and acknowledges only what it came with.
   */
  pending(device: ReceivingDevice, now: PositionVector): Ready<readonly string[]> {
    return this.#empty.get(device.deviceNid) ? nothing : this.#readPending(device, now);
  }

  async #readPending({ userNid, deviceNid }: ReceivingDevice, now: PositionVector): Promise<readonly string[]> {
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
        publish: () => this.#core.wakeUps.touch([userNid], NO_ROOM),
      });
    }
    return page.map((row) => row.json);
  }

  /** The oldest messages for a device after a position and up to a cut, as JSON: at most `limit`, and as many as go into one answer. */
  async after(
    { userNid, deviceNid }: ReceivingDevice,
    { after, now, limit }: { readonly after: number; readonly now: PositionVector; readonly limit: number },
  ): Promise<{ readonly events: readonly string[]; readonly last: number }> {
    if (this.#empty.get(deviceNid)) return { events: [], last: after };
    const deliveries = this.#deliveries;
    const upTo = lastCovered(now, shardOfUser(this.#core, userNid));
    const rows = await this.#core.store.all(toDeviceBetween, deviceNid, after, upTo, Math.min(limit, PAGE_SIZE));
    const waits = rows.length > 0 || (await this.#core.store.get(toDeviceUpTo, deviceNid, Number.MAX_SAFE_INTEGER, 1)) !== undefined;
    if (!waits && deliveries === this.#deliveries) this.#empty.set(deviceNid, true);
    const page = firstOf(rows);
    return { events: page.map(({ json }) => json), last: page.at(-1)?.pos ?? after };
  }

  /** Drops the messages up to a position, which the device now has; `after` tells of those after it. */
  async drop({ deviceNid }: ReceivingDevice, upTo: number): Promise<void> {
    if (this.#empty.get(deviceNid)) return;
    const { store, log } = this.#core;
    if ((await store.all(toDeviceUpTo, deviceNid, upTo, 1)).length === 0) return;
    await log.append({ positions: [], operations: [operation(deleteToDeviceUpTo, deviceNid, upTo)] });
  }

  /** Drops the messages that came with a token, which the device now has. */
  acknowledge(device: ReceivingDevice, token: PositionVector): Promise<void> | undefined {
    return this.#empty.get(device.deviceNid) ? undefined : this.#acknowledge(device, token);
  }

  async #acknowledge({ userNid, deviceNid }: ReceivingDevice, token: PositionVector): Promise<void> {
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

  async #address(senderId: string, type: string, messages: ToDeviceMessages, { skipsLarge = false } = {}): Promise<Outgoing[]> {
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
        if (!content) continue;
        const json = JSON.stringify({ type, sender: senderId, content });
        const isLarge = Buffer.byteLength(json) > limits.toDeviceContentBytes.value;
        if (isLarge && !skipsLarge) throw new LimitError("toDeviceContentBytes", "/messages");
        if (!isLarge) outgoing.push({ userNid, deviceNid, json });
      }
    }
    return outgoing;
  }

  /** The messages for users of other servers, as those servers get them. */
  #addressOthers(sender: string, type: string, messages: ToDeviceMessages): OutgoingEdu[] {
    const byServer = new Map<string, Record<string, Readonly<Record<string, JsonObject>>>>();
    for (const [userId, byDevice] of Object.entries(messages)) {
      const server = isUserId(userId) && !isLocalUser(this.#core, userId) ? serverOf(userId) : undefined;
      if (server === undefined) continue;
      for (const content of Object.values(byDevice))
        requireWithin("toDeviceContentBytes", Buffer.byteLength(JSON.stringify({ type, sender, content })), "/messages");
      const ofServer = byServer.get(server) ?? {};
      byServer.set(server, ofServer);
      ofServer[userId] = byDevice;
    }
    return [...byServer].flatMap(([server, ofServer]) => directToDeviceEdus(server, { sender, type, messages: ofServer }));
  }

  /** Forgets the oldest IDs of messages of a server, once in a while. */
  #trimReceived(origin: string): WriteOperation[] {
    const count = (this.#sinceTrimReceived.get(origin) ?? 0) + 1;
    this.#sinceTrimReceived.set(origin, count % TRIM_INTERVAL);
    return count < TRIM_INTERVAL ? [] : [operation(trimReceivedMessages, origin, limits.receivedMessages.value)];
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

  async #deliver(senderNid: number, outgoing: readonly Outgoing[], operations: readonly WriteOperation[]): Promise<void> {
    const { log, wakeUps } = this.#core;
    const positions = outgoing.map(({ userNid }) => log.next(shardOfUser(this.#core, userNid)));
    const inserts = outgoing.map(({ deviceNid, json }, index) =>
      operation(insertToDevice, positions[index] ?? 0, deviceNid, senderNid, json),
    );
    await log.append({
      positions,
      operations: [...operations, ...inserts, ...this.#trims(outgoing)],
      publish: () => {
        this.#deliveries++;
        for (const { deviceNid } of outgoing) this.#empty.delete(deviceNid);
        wakeUps.touch(
          outgoing.map(({ userNid }) => userNid),
          NO_ROOM,
        );
      },
    });
  }
}

/** The first messages, as many as go into one answer. */
export function firstOf<Row extends { readonly json: string }>(rows: readonly Row[]): readonly Row[] {
  let bytes = 0;
  const end = rows.findIndex(({ json }, index) => {
    const isFull = index === PAGE_SIZE || bytes >= limits.toDeviceBytesInAnswer.value;
    bytes += Buffer.byteLength(json);
    return isFull;
  });
  return end < 0 ? rows : rows.slice(0, end);
}
