import { isJsonObject, type JsonObject } from "@patrix/api";
import { KeyedQueue, LruCache, SingleFlight } from "@patrix/concurrency";
import { serverOf } from "@patrix/signatures";
import { type Core, isLocalUser } from "../log/core.ts";
import { limits } from "../limits.ts";
import type { DeviceListOfOther, DevicesOfOthers } from "../other-servers.ts";
import { keyList, operation, type WriteOperation } from "../store/statement.ts";
import { crossSigningKeysOfUser, upsertCrossSigningKey } from "../store/statements/keys.ts";
import {
  deleteRemoteDevice,
  deleteRemoteDeviceList,
  deleteRemoteDevices,
  deleteRemoteSigningKeys,
  markStaleDeviceList,
  type RemoteDeviceListRow,
  remoteDeviceLists,
  remoteDevicesOfUsers,
  upsertRemoteDevice,
  upsertRemoteDeviceList,
} from "../store/statements/remote-devices.ts";
import type { DeviceLists } from "./device-lists.ts";
import { type KeptDeviceList, readDevice, readDeviceList, readSigningKeys } from "./read-device-list.ts";

/** How long a server has to list the devices of a user, in milliseconds. */
const LIST_TIMEOUT_MS = 30_000;

/** A user of another server. */
export interface RemoteUser {
  readonly userId: string;
  readonly userNid: number;
}

/**
 * The devices and keys of other servers' users who share a room with one of this server's: read once when somebody asks for them, then kept
 * up to date by what their servers tell. A list that has missed something is stale, and read again.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#device-management}
 */
export class RemoteDeviceLists {
  readonly #core: Core;
  readonly #lists: DeviceLists;
  readonly #others: DevicesOfOthers;
  readonly #serial = new KeyedQueue<number>();
  readonly #reading = new SingleFlight<number, DeviceListOfOther>();
  /** The newest change of each user that has come while the list was read, or since it was found to be stale. */
  readonly #arrived = new LruCache<number, number>(10_000);
  readonly #foundStale: (user: RemoteUser) => void;

  /** @param foundStale - Told whose list is to be read again. */
  constructor(core: Core, lists: DeviceLists, others: DevicesOfOthers, foundStale: (user: RemoteUser) => void) {
    this.#core = core;
    this.#lists = lists;
    this.#others = others;
    this.#foundStale = foundStale;
  }

  /** Those of some users whose lists are here and have missed nothing. */
  async fresh(userNids: Iterable<number>): Promise<Set<number>> {
    const rows = await this.#core.store.all(remoteDeviceLists, keyList(userNids));
    return new Set(rows.filter((row) => row.is_stale === 0).map((row) => row.user_nid));
  }

  /** Whether a user is in a room with one of this server's, so that the user's server tells of changes. */
  isShared(userNid: number): Promise<boolean> {
    return this.#others.isShared(userNid);
  }

  /** Keeps the list of a user from now on, and reads it later. */
  async want({ userId, userNid }: RemoteUser): Promise<void> {
    await this.#core.log.append({ positions: [], operations: [operation(markStaleDeviceList, userNid)] });
    this.#foundStale({ userId, userNid });
  }

  /**
   * Reads the list of a user anew; it is kept if the user still shares a room. All who want it wait for one answer.
   *
   * @throws {UnreachableError} And others, if the user's server does not answer.
   */
  read(user: RemoteUser): Promise<DeviceListOfOther> {
    return this.#reading.run(user.userNid, async () => {
      this.#arrived.delete(user.userNid);
      const list = await this.#others.deviceList(user.userId, LIST_TIMEOUT_MS);
      await this.#serial.run(user.userNid, () => this.#keep(user, readDeviceList(user.userId, list)));
      return list;
    });
  }

  /** Forgets the list of a user who shares no room any more. */
  async forgetUnshared(userNid: number): Promise<void> {
    await this.#serial.run(userNid, async () => {
      if (await this.#others.isShared(userNid)) return;
      this.#arrived.delete(userNid);
      const forgotten = [deleteRemoteDevices, deleteRemoteSigningKeys, deleteRemoteDeviceList];
      await this.#core.log.append({ positions: [], operations: forgotten.map((statement) => operation(statement, userNid)) });
    });
  }

  /** Takes in `m.device_list_update`. What is malformed, and what concerns nobody here, is passed over. */
  async takeUpdate(origin: string, content: JsonObject): Promise<void> {
    const { device_id: deviceId, stream_id: streamId, prev_id: previous = [] } = content;
    const user = await this.#sharedUser(origin, content["user_id"]);
    if (!user || typeof deviceId !== "string" || !Number.isSafeInteger(streamId) || typeof streamId !== "number") return;
    if (!Array.isArray(previous)) return;
    await this.#serial.run(user.userNid, async () => {
      const row = await this.#row(user.userNid);
      this.#arrived.set(user.userNid, streamId);
      // Whoever has not asked for the keys yet does so anyway; the first change of a user says only that the user has come.
      if (!row) return previous.length === 0 ? undefined : this.#lists.noteRemote(user.userNid, []);
      if (row.is_stale === 0 && row.stream_id === streamId) return;
      const follows = previous.length > 0 && previous.every((before) => before === row.stream_id);
      if (row.is_stale !== 0 || !follows) return this.#noteStale(user);
      await this.#change(user, deviceId, { content, streamId });
    });
  }

  /** Takes in `m.signing_key_update`, as {@link RemoteDeviceLists.takeUpdate} does. */
  async takeSigningKeys(origin: string, content: JsonObject): Promise<void> {
    const user = await this.#sharedUser(origin, content["user_id"]);
    if (!user) return;
    await this.#serial.run(user.userNid, async () => {
      const row = await this.#row(user.userNid);
      if (!row) return this.#lists.noteRemote(user.userNid, []);
      if (row.is_stale !== 0) return this.#noteStale(user);
      const keys = readSigningKeys(user.userId, { master: content["master_key"], selfSigning: content["self_signing_key"] });
      const stored = await this.#signingKeys(user.userNid);
      const changed = [...keys].filter(([usage, json]) => stored.get(usage) !== json);
      if (changed.length === 0) return;
      await this.#lists.noteRemote(
        user.userNid,
        changed.map(([usage, json]) => operation(upsertCrossSigningKey, user.userNid, usage, json)),
      );
    });
  }

  async #sharedUser(origin: string, userId: unknown): Promise<RemoteUser | undefined> {
    if (typeof userId !== "string" || serverOf(userId) !== origin || isLocalUser(this.#core, userId)) return undefined;
    const userNid = await this.#core.users.find(userId);
    return userNid !== undefined && (await this.#others.isShared(userNid)) ? { userId, userNid } : undefined;
  }

  async #row(userNid: number): Promise<RemoteDeviceListRow | undefined> {
    return (await this.#core.store.all(remoteDeviceLists, keyList([userNid])))[0];
  }

  async #signingKeys(userNid: number): Promise<Map<string, string>> {
    return new Map((await this.#core.store.all(crossSigningKeysOfUser, userNid)).map(({ usage, json }) => [usage, json]));
  }

  async #devices(userNid: number): Promise<Map<string, string>> {
    const rows = await this.#core.store.all(remoteDevicesOfUsers, keyList([userNid]));
    return new Map(rows.map(({ device_id: deviceId, json }) => [deviceId, json]));
  }

  async #noteStale(user: RemoteUser): Promise<void> {
    await this.#core.log.append({ positions: [], operations: [operation(markStaleDeviceList, user.userNid)] });
    this.#foundStale(user);
  }

  /** Applies a change that follows what is kept. */
  async #change(
    { userId, userNid }: RemoteUser,
    deviceId: string,
    change: { readonly content: JsonObject; readonly streamId: number },
  ): Promise<void> {
    const { content, streamId } = change;
    const { deleted, keys, device_display_name: name } = content;
    const stored = await this.#devices(userNid);
    const before = stored.get(deviceId);
    const read = deleted === true || !isJsonObject(keys) ? undefined : readDevice(userId, deviceId, keys, name);
    const json = read !== undefined && this.#hasRoom(stored, deviceId, read) ? read : undefined;
    const operations: WriteOperation[] = [operation(upsertRemoteDeviceList, userNid, streamId, 0)];
    if (json !== undefined) operations.push(operation(upsertRemoteDevice, userNid, deviceId, json));
    else if (before !== undefined) operations.push(operation(deleteRemoteDevice, userNid, deviceId));
    if (before === json) await this.#core.log.append({ positions: [], operations });
    else await this.#lists.noteRemote(userNid, operations);
  }

  #hasRoom(stored: ReadonlyMap<string, string>, deviceId: string, json: string): boolean {
    const others = [...stored].filter(([id]) => id !== deviceId);
    const bytes = others.reduce((sum, [, other]) => sum + Buffer.byteLength(other), Buffer.byteLength(json));
    return others.length < limits.devices.value && bytes <= limits.remoteDevicesBytes.value;
  }

  /** Replaces what is kept by what the user's server has listed. */
  async #keep(user: RemoteUser, { streamId, devices, signingKeys }: KeptDeviceList): Promise<void> {
    const { userNid } = user;
    if (!(await this.#others.isShared(userNid))) return;
    const row = await this.#row(userNid);
    const [before, keysBefore] = [await this.#devices(userNid), await this.#signingKeys(userNid)];
    const isSame = areEqual(before, devices) && areEqual(keysBefore, signingKeys);
    const arrived = this.#arrived.get(userNid);
    // What has come meanwhile may or may not be in the answer.
    const isStale = arrived !== undefined && arrived > streamId;
    const operations = [
      operation(upsertRemoteDeviceList, userNid, streamId, Number(isStale)),
      ...(isSame ? [] : [operation(deleteRemoteDevices, userNid), operation(deleteRemoteSigningKeys, userNid)]),
      ...(isSame ? [] : [...devices].map(([deviceId, json]) => operation(upsertRemoteDevice, userNid, deviceId, json))),
      ...(isSame ? [] : [...signingKeys].map(([usage, json]) => operation(upsertCrossSigningKey, userNid, usage, json))),
    ];
    // Whoever has asked before has got what was kept, or nothing where the server did not answer.
    if (isSame || !row) await this.#core.log.append({ positions: [], operations });
    else await this.#lists.noteRemote(userNid, operations);
    if (isStale) this.#foundStale(user);
    else this.#arrived.delete(userNid);
  }
}

function areEqual(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}
