import { isJsonObject, type JsonObject } from "@patrix/api";
import { encodeCanonicalJson } from "@patrix/canonical-json";
import { requireWithin } from "../errors.ts";
import { E2eeError } from "./errors.ts";
import type { Core } from "../log/core.ts";
import { keyList, operation, type WriteOperation } from "../store/statement.ts";
import { deviceIdsOfUsers, deviceOfUser } from "../store/statements/devices.ts";
import { type RemoteDeviceRow, remoteDevicesOfUsers } from "../store/statements/remote-devices.ts";
import {
  type CrossSigningKeyRow,
  crossSigningKeysOfUsers,
  deleteKeySignatures,
  deviceKeysByNid,
  type DeviceKeysRow,
  deviceKeysOfUsers,
  type KeySignatureRow,
  upsertDeviceKeys,
  visibleSignatures,
} from "../store/statements/keys.ts";
import type { DeviceLists } from "./device-lists.ts";
import { groupByUser } from "./group-by-user.ts";
import type { KeyDevice } from "./key-device.ts";

/** What a user's keys look like to a viewer. */
export interface UserKeys {
  /** Device keys by device ID, with signatures and display names; only devices that published keys. */
  readonly devices: Readonly<Record<string, JsonObject>>;
  /** Cross-signing keys by usage. */
  readonly crossSigning: ReadonlyMap<string, JsonObject>;
}

/** Keys that are checked and to be stored; to be disposed of once they are, or are not. */
export interface PreparedKeys extends Disposable {
  readonly operations: readonly WriteOperation[];
}

/** The identity keys of devices, and the cross-signing keys beside them. */
export class DeviceKeyStore {
  readonly #core: Core;
  readonly #deviceLists: DeviceLists;
  readonly #publishesNames: boolean;

  /** @param settings - Whether other servers see the names of devices. */
  constructor(core: Core, deviceLists: DeviceLists, { publishesNames = false }: { readonly publishesNames?: boolean } = {}) {
    this.#core = core;
    this.#deviceLists = deviceLists;
    this.#publishesNames = publishesNames;
  }

  /**
   * Stores the identity keys of a device and tells everyone who shares a room with its user.
   *
   * @throws {E2eeError} `WRONG_OWNER` if they name another user or device, `INVALID_KEY`, `MALFORMED_KEY`. @throws {LimitError} For large keys.
   */
  async upload(device: KeyDevice, keys: JsonObject): Promise<void> {
    using prepared = await this.prepare(device, keys);
    if (prepared.operations.length > 0) await this.#deviceLists.note(device.userNid, prepared.operations, { deviceIds: [device.deviceId] });
  }

  /** As {@link DeviceKeyStore.upload}, to be stored together with something else. */
  async prepare(device: KeyDevice, keys: JsonObject): Promise<PreparedKeys> {
    if (keys["user_id"] !== device.userId) throw new E2eeError("WRONG_OWNER", "/device_keys/user_id: not the user of the access token");
    if (keys["device_id"] !== device.deviceId)
      throw new E2eeError("WRONG_OWNER", "/device_keys/device_id: not the device of the access token");
    requireOwnKeys(keys["keys"], device.deviceId);
    const { unsigned: _unsigned, ...kept } = keys;
    const json = encode(kept);
    requireWithin("deviceKeysBytes", Buffer.byteLength(json), "/device_keys");
    const before = await this.#core.store.get(deviceKeysByNid, device.deviceNid);
    if (before?.json === json) return { operations: [], [Symbol.dispose]() {} };
    const quota = await this.#core.quotas.reserve("keyChangesPerDay", device.userNid, 1, "/device_keys");
    const operations = [
      quota.count(),
      operation(deleteKeySignatures, device.userNid, device.deviceId),
      operation(upsertDeviceKeys, device.deviceNid, json),
    ];
    return { operations, [Symbol.dispose]: () => quota[Symbol.dispose]() };
  }

  /** The devices of some users, by user and device ID. */
  async deviceNids(userNids: Iterable<number>): Promise<ReadonlyMap<number, ReadonlyMap<string, number>>> {
    const byUser = groupByUser(await this.#core.store.all(deviceIdsOfUsers, keyList(userNids)));
    return new Map([...byUser].map(([nid, rows]) => [nid, new Map(rows.map((row) => [row.device_id, row.device_nid]))]));
  }

  /** Reads the keys of a user as a viewer sees them: signatures of the user, and those of the viewer. */
  async ofUser(userNid: number, viewerNid: number): Promise<UserKeys> {
    return (await this.ofUsers([userNid], viewerNid)).get(userNid) ?? { devices: {}, crossSigning: new Map() };
  }

  /** Reads the keys of some users as a viewer sees them, by user. */
  async ofUsers(userNids: readonly number[], viewerNid: number): Promise<ReadonlyMap<number, UserKeys>> {
    // A name says more than keys: people call their devices after themselves and what they are used for.
    const named = await this.#deviceLists.sharing(viewerNid, userNids);
    return this.#read(userNids, viewerNid, named.add(viewerNid));
  }

  /** Reads the keys of some of this server's users as other servers see them, by user. */
  published(userNids: readonly number[]): Promise<ReadonlyMap<number, UserKeys>> {
    return this.#read(userNids, 0, new Set(this.#publishesNames ? userNids : []));
  }

  /** The name of a device as other servers see it. */
  async publishedName(userNid: number, deviceId: string): Promise<string | undefined> {
    if (!this.#publishesNames) return undefined;
    return (await this.#core.store.get(deviceOfUser, userNid, deviceId))?.display_name ?? undefined;
  }

  /** @param named - The users whose devices are shown with their names. */
  async #read(userNids: readonly number[], viewerNid: number, named: ReadonlySet<number>): Promise<ReadonlyMap<number, UserKeys>> {
    const { store, users } = this.#core;
    const nids = keyList(userNids);
    const rows = groupByUser(await store.all(deviceKeysOfUsers, nids));
    const remote = groupByUser(await store.all(remoteDevicesOfUsers, nids));
    const visible = await store.all(visibleSignatures, nids, viewerNid);
    const signatures = groupByUser(visible.map((row) => ({ ...row, user_nid: row.target_nid })));
    const keys = groupByUser(await store.all(crossSigningKeysOfUsers, nids));
    await users.load(visible.map((row) => row.signer_nid));
    const shown = (nid: number): UserKeys => {
      const added = { rows: signatures.get(nid) ?? [], signedBy: (signer: number) => users.peekText(signer) };
      return {
        devices: { ...devicesOf(rows.get(nid) ?? [], added, named.has(nid)), ...remoteDevicesOf(remote.get(nid) ?? [], added) },
        crossSigning: crossSigningOf(keys.get(nid) ?? [], added, nid === viewerNid),
      };
    };
    return new Map(userNids.map((nid) => [nid, shown(nid)]));
  }
}

/** Signatures that were uploaded after the keys that they are on. */
interface AddedSignatures {
  readonly rows: readonly KeySignatureRow[];
  readonly signedBy: (signerNid: number) => string;
}

function devicesOf(rows: readonly DeviceKeysRow[], added: AddedSignatures, showsNames: boolean): UserKeys["devices"] {
  const devices: Record<string, JsonObject> = Object.create(null) as Record<string, JsonObject>;
  for (const { device_id: deviceId, display_name: name, json } of rows) {
    if (json === null) continue;
    const keys = addSignatures(parse(json), deviceId, added);
    devices[deviceId] = name === null || !showsNames ? keys : { ...keys, unsigned: { device_display_name: name } };
  }
  return devices;
}

/** The devices of another server's user, which come with the names that the server tells. */
function remoteDevicesOf(rows: readonly RemoteDeviceRow[], added: AddedSignatures): UserKeys["devices"] {
  return Object.fromEntries(rows.map(({ device_id: deviceId, json }) => [deviceId, addSignatures(parse(json), deviceId, added)]));
}

function crossSigningOf(rows: readonly CrossSigningKeyRow[], added: AddedSignatures, isOwn: boolean): UserKeys["crossSigning"] {
  const crossSigning = new Map<string, JsonObject>();
  for (const { usage, json } of rows) {
    if (usage === "user_signing" && !isOwn) continue;
    const key = parse(json);
    crossSigning.set(usage, addSignatures(key, publicKeyOf(key), added));
  }
  return crossSigning;
}

/** Checks that identity keys are named by their device and could be keys. @throws {E2eeError} `INVALID_KEY`. */
function requireOwnKeys(keys: unknown, deviceId: string): void {
  const entries = isJsonObject(keys) ? Object.entries(keys) : [];
  if (entries.length === 0) throw new E2eeError("INVALID_KEY", "/device_keys/keys: expected at least one key");
  for (const [name, key] of entries) {
    const algorithm = name.endsWith(`:${deviceId}`) ? name.slice(0, -deviceId.length - 1) : "";
    if (!/^[\w.-]{1,64}$/.test(algorithm))
      throw new E2eeError("INVALID_KEY", "/device_keys/keys: expected names of an algorithm, a colon and the ID of the device");
    if (typeof key !== "string" || !/^[\w+/-]{1,4096}={0,2}$/.test(key))
      throw new E2eeError("INVALID_KEY", "/device_keys/keys: expected keys in base64");
  }
}

/** The public key of a cross-signing key, which also names it; empty if it has none. */
export function publicKeyOf(key: JsonObject): string {
  const keys = isJsonObject(key["keys"]) ? Object.values(key["keys"]) : [];
  return typeof keys[0] === "string" ? keys[0] : "";
}

/** Encodes what is stored and compared. @throws {E2eeError} `MALFORMED_KEY` if it has no Canonical JSON. */
export function encode(value: JsonObject): string {
  try {
    return encodeCanonicalJson(value);
  } catch {
    throw new E2eeError("MALFORMED_KEY", "the keys hold a value that Canonical JSON does not allow");
  }
}

function parse(json: string): JsonObject {
  // Only objects are stored.
  return JSON.parse(json) as JsonObject;
}

function addSignatures(key: JsonObject, name: string, { rows, signedBy }: AddedSignatures): JsonObject {
  const added = rows.filter((row) => row.target_key === name);
  if (added.length === 0) return key;
  const signatures: Record<string, JsonObject> = { ...(key["signatures"] as Record<string, JsonObject> | undefined) };
  for (const { signer_nid: signer, key_id: keyId, signature } of added)
    signatures[signedBy(signer)] = { ...signatures[signedBy(signer)], [keyId]: signature };
  return { ...key, signatures };
}
