import { KeyedQueue } from "@patrix/concurrency";
import { createDeviceId } from "@patrix/identifiers";
import { requireWithin } from "../errors.ts";
import { AccountError } from "./errors.ts";
import { type Core, openNumbers, shardOfUser } from "../log/core.ts";
import type { Numbers } from "../log/numbers.ts";
import { type Ready, whenReady } from "../ready.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import {
  deleteDeviceRows,
  deleteTokens,
  deleteTokensByUse,
  deviceOfUser,
  type DeviceRow,
  devicesOfUser,
  insertAccessToken,
  insertDevice,
  insertRefreshToken,
  markTokensUsed,
  newestDevice,
  refreshTokenOwner,
  renameDevice,
} from "../store/statements/devices.ts";
import { accountOf } from "../store/statements/accounts.ts";
import { deleteDehydratedDevice } from "../store/statements/dehydrated-devices.ts";
import { crossSigningKeysOfUser } from "../store/statements/keys.ts";
import { deletePushersOfDevice } from "../store/statements/push.ts";
import type { AccessTokens, TokenOwner } from "./access-tokens.ts";
import type { ProvenAccount } from "./local-user.ts";
import { createToken, hashToken } from "./random-token.ts";

/** Stores a change of a user's devices, together with the fact that they changed. `publish` runs after the commit. */
export type DeviceListChanged = (
  userNid: number,
  operations: readonly WriteOperation[],
  change: { readonly deviceIds: readonly string[]; readonly publish?: () => void },
) => Promise<void>;

/** Hears of devices that were removed. */
export type RemovalListener = (userNid: number, deviceIds: readonly string[]) => Promise<void>;

/** How a client wants to log in. */
export interface SessionRequest {
  readonly device_id?: string | undefined;
  readonly initial_device_display_name?: string | undefined;
  readonly refresh_token?: boolean | undefined;
}

/** A device that nobody is logged in on, and the one whose place it takes. */
export interface AddedDevice {
  readonly userNid: number;
  readonly deviceId: string;
  readonly name: string | null;
  /** Its number, asked for when no other change of the user's devices is under way. */
  readonly replacedNid: () => Promise<number | undefined>;
}

/** The tokens of a session. */
export interface SessionTokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in_ms?: number;
}

/** How long an access token that can be refreshed is valid. */
const ACCESS_TOKEN_LIFETIME_MS = 60 * 60_000;

/**
 * The devices of accounts and their tokens. What changes one user's devices, password or account happens one after the other,
 * so that no session is opened by what was revoked meanwhile.
 */
export class Sessions {
  readonly #core: Core;
  readonly #tokens: AccessTokens;
  readonly #deviceListChanged: DeviceListChanged;
  readonly #serial = new KeyedQueue<number>();
  readonly #numbers: Numbers;
  readonly #removalListeners = new Set<RemovalListener>();

  private constructor(core: Core, tokens: AccessTokens, deviceListChanged: DeviceListChanged, numbers: Numbers) {
    this.#core = core;
    this.#tokens = tokens;
    this.#deviceListChanged = deviceListChanged;
    this.#numbers = numbers;
  }

  /** Opens the sessions of a core. */
  static async open(core: Core, tokens: AccessTokens, deviceListChanged: DeviceListChanged): Promise<Sessions> {
    const newest = (await core.store.get(newestDevice))?.nid ?? 0;
    return new Sessions(core, tokens, deviceListChanged, await openNumbers(core, "device", newest));
  }

  /** Calls back for devices that were removed, before whoever removes them goes on. */
  onRemoval(listener: RemovalListener): void {
    this.#removalListeners.add(listener);
  }

  /**
   * Logs in: on the device with the ID asked for, whose earlier tokens end, or on a new one.
   *
   * @throws {AccountError} `INVALID_DEVICE_ID`; `DEACTIVATED` or `ACCOUNT_CHANGED` if the account has changed since it was proven.
   * @throws {LimitError} For a long ID or name.
   */
  open(account: ProvenAccount, request: SessionRequest): Promise<SessionTokens & { readonly device_id: string }> {
    const { userNid } = account;
    const { device_id: wanted, initial_device_display_name: name = null, refresh_token: refresh = false } = request;
    if (wanted !== undefined) checkDeviceId(wanted);
    checkDisplayName(name);
    return this.#serial.run(userNid, async () => {
      await this.requireUnchanged(account);
      if (wanted !== undefined) await this.#requireNoKey(userNid, wanted);
      const known = wanted === undefined ? undefined : await this.#core.store.get(deviceOfUser, userNid, wanted);
      const deviceId = wanted ?? createDeviceId();
      const deviceNid = known?.device_nid ?? this.#numbers.next(shardOfUser(this.#core, userNid));
      const { tokens, operations } = this.#issue(userNid, deviceNid, { refresh, replaces: false });
      // What the earlier session of the device set up ends with it.
      if (known) {
        const ended = [...deleteTokens, deletePushersOfDevice, deleteDehydratedDevice].map((statement) => operation(statement, deviceNid));
        await this.#changeTokens(deviceNid, [...ended, ...operations]);
      } else {
        await this.#insert(userNid, { deviceId, deviceNid, name }, operations);
      }
      return { ...tokens, device_id: deviceId };
    });
  }

  /**
   * Adds a device that nobody is logged in on, with what belongs to it, in the place of another one if that is named.
   *
   * @throws {AccountError} `INVALID_DEVICE_ID` for what is none, or is that of another device; `DEACTIVATED`. @throws {LimitError}
   */
  addDevice(device: AddedDevice, operationsFor: (deviceNid: number) => Promise<readonly WriteOperation[]>): Promise<void> {
    const { userNid, deviceId, name } = device;
    checkDeviceId(deviceId);
    checkDisplayName(name);
    return this.#serial.run(userNid, async () => {
      const { store, clock } = this.#core;
      if ((await store.get(accountOf, userNid))?.deactivated !== 0) throw new AccountError("DEACTIVATED", "the account was deactivated");
      await this.#requireNoKey(userNid, deviceId);
      const replacedNid = await device.replacedNid();
      const known = await store.all(devicesOfUser, userNid);
      const others = known.filter(({ device_nid: nid }) => nid !== replacedNid);
      const replaced = known.filter(({ device_nid: nid }) => nid === replacedNid).map((other) => other.device_id);
      if (others.some((other) => other.device_id === deviceId))
        throw new AccountError("INVALID_DEVICE_ID", "device_id: another device of the user has it");
      requireWithin("devices", others.length + 1, "device_id");
      const deviceNid = this.#numbers.next(shardOfUser(this.#core, userNid));
      const operations = await operationsFor(deviceNid);
      const removal = replacedNid === undefined ? [] : deleteDeviceRows.map((statement) => operation(statement, replacedNid));
      const insertion = operation(insertDevice, deviceNid, userNid, deviceId, name, clock.now());
      await this.#deviceListChanged(userNid, [...removal, insertion, ...operations], { deviceIds: [...replaced, deviceId] });
    });
  }

  /**
   * Names a device of a user, or makes it: one without a session, for an application service to act as.
   *
   * @returns Whether it is new.
   * @throws {AccountError} `INVALID_DEVICE_ID` or `DEACTIVATED`. @throws {LimitError} For a long ID or name, or one device too many.
   */
  put(userNid: number, deviceId: string, name: string | undefined): Promise<boolean> {
    checkDeviceId(deviceId);
    checkDisplayName(name ?? null);
    return this.#serial.run(userNid, async () => {
      const known = await this.#core.store.get(deviceOfUser, userNid, deviceId);
      if (known) {
        if (name !== undefined)
          await this.#deviceListChanged(userNid, [operation(renameDevice, known.device_nid, name)], { deviceIds: [deviceId] });
        return false;
      }
      if ((await this.#core.store.get(accountOf, userNid))?.deactivated !== 0)
        throw new AccountError("DEACTIVATED", "the account was deactivated");
      await this.#requireNoKey(userNid, deviceId);
      await this.#insert(userNid, { deviceId, name: name ?? null, deviceNid: this.#numbers.next(shardOfUser(this.#core, userNid)) });
      return true;
    });
  }

  /** Stores a new device. @throws {LimitError} For one too many. */
  async #insert(
    userNid: number,
    { deviceId, deviceNid, name }: { readonly deviceId: string; readonly deviceNid: number; readonly name: string | null },
    more: readonly WriteOperation[] = [],
  ): Promise<void> {
    requireWithin("devices", (await this.#core.store.all(devicesOfUser, userNid)).length + 1, "device_id");
    const inserted = operation(insertDevice, deviceNid, userNid, deviceId, name, this.#core.clock.now());
    await this.#deviceListChanged(userNid, [inserted, ...more], { deviceIds: [deviceId] });
  }

  /**
   * Finds whose an access token is; `"expired"` if it can be refreshed. The first use of a token that came from a refresh
   * ends the tokens before it.
   */
  ownerOf(accessToken: string): Ready<TokenOwner | "expired" | undefined> {
    return whenReady(this.#tokens.lookup(accessToken), (owner) =>
      typeof owner !== "object" || !owner.isUnused ? owner : this.#use(accessToken, owner),
    );
  }

  async #use(accessToken: string, owner: TokenOwner): Promise<TokenOwner | "expired" | undefined> {
    await this.#serial.run(owner.userNid, async () => {
      // It may have been used, replaced or revoked meanwhile.
      const now = await this.#tokens.lookup(accessToken);
      if (typeof now === "object" && now.isUnused) await this.#changeTokens(owner.deviceNid, endReplaced(owner.deviceNid));
    });
    return this.#tokens.lookup(accessToken);
  }

  /**
   * Exchanges a refresh token for new tokens. The earlier ones stay valid until one of the new ones is used, so that a lost
   * answer logs nobody out.
   *
   * @throws {AccountError} `UNKNOWN_TOKEN`.
   * @see {@link https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens}
   */
  async refresh(refreshToken: string): Promise<SessionTokens> {
    const hash = hashToken(refreshToken);
    const unknown = new AccountError("UNKNOWN_TOKEN", "refresh_token: it is not known");
    const owner = await this.#core.store.get(refreshTokenOwner, hash);
    if (!owner) throw unknown;
    return this.#serial.run(owner.user_nid, async () => {
      const { user_nid: userNid, device_nid: deviceNid, unused } = (await this.#core.store.get(refreshTokenOwner, hash)) ?? {};
      if (userNid === undefined || deviceNid === undefined) throw unknown;
      const { tokens, operations } = this.#issue(userNid, deviceNid, { refresh: true, replaces: true });
      // Its own first use ends those before it; else those end that an answer which was lost has brought.
      const ended = unused === 1 ? endReplaced(deviceNid) : deleteTokensByUse.map((statement) => operation(statement, deviceNid, 1));
      await this.#changeTokens(deviceNid, [...ended, ...operations]);
      return tokens;
    });
  }

  /** The devices of a user. */
  async devices(userNid: number): Promise<DeviceRow[]> {
    const rows = await this.#core.store.all(devicesOfUser, userNid);
    return rows.map((row) => this.#withLastSeen(row));
  }

  /** One device of a user. @throws {AccountError} `DEVICE_NOT_FOUND`. */
  async device(userNid: number, deviceId: string): Promise<DeviceRow> {
    const row = await this.#core.store.get(deviceOfUser, userNid, deviceId);
    if (!row) throw new AccountError("DEVICE_NOT_FOUND", "deviceId: the user has no such device");
    return this.#withLastSeen(row);
  }

  /** Names a device. @throws {AccountError} `DEVICE_NOT_FOUND`. @throws {LimitError} For a long name. */
  async rename(userNid: number, deviceId: string, name: string): Promise<void> {
    checkDisplayName(name);
    const { device_nid: nid } = await this.device(userNid, deviceId);
    await this.#deviceListChanged(userNid, [operation(renameDevice, nid, name)], { deviceIds: [deviceId] });
  }

  /** Logs out devices and removes them, with their keys and messages; IDs that the user does not have are skipped. */
  removeDevices(userNid: number, keep: (device: DeviceRow) => boolean): Promise<void> {
    return this.#serial.run(userNid, () => this.#remove(userNid, keep, []));
  }

  /**
   * Changes an account and ends sessions of it, in one commit.
   *
   * @throws {AccountError} `DEACTIVATED` or `ACCOUNT_CHANGED` if the account has changed since it was proven.
   */
  amendAccount(account: ProvenAccount, operations: readonly WriteOperation[], keep: (device: DeviceRow) => boolean): Promise<void> {
    return this.#serial.run(account.userNid, async () => {
      await this.requireUnchanged(account);
      await this.#remove(account.userNid, keep, operations);
    });
  }

  /** Changes an account without a proof of its owner; what waits for its devices looks again at how they stand. */
  amend(userNid: number, operations: readonly WriteOperation[]): Promise<void> {
    return this.#serial.run(userNid, () => this.#remove(userNid, () => true, operations));
  }

  /** Checks that what was proven still holds. @throws {AccountError} `DEACTIVATED`, or `ACCOUNT_CHANGED` after a change of the password. */
  async requireUnchanged({ userNid, passwordHash }: ProvenAccount): Promise<void> {
    const account = await this.#core.store.get(accountOf, userNid);
    if (account?.deactivated === 1) throw new AccountError("DEACTIVATED", "the account was deactivated");
    if (account?.password_hash !== passwordHash) throw new AccountError("ACCOUNT_CHANGED", "the password was changed meanwhile");
  }

  async #remove(userNid: number, keep: (device: DeviceRow) => boolean, more: readonly WriteOperation[]): Promise<void> {
    const devices = await this.#core.store.all(devicesOfUser, userNid);
    // What is known of a token may be another after a change of the account.
    const forget = (): void => devices.forEach(({ device_nid: nid }) => this.#tokens.forget(nid));
    const removed = devices.filter((device) => !keep(device));
    const publish = (): void => {
      forget();
      // Whoever waits for news on such a device learns that it is logged out.
      this.#core.wakeUps.touch([userNid]);
    };
    if (removed.length === 0) return more.length === 0 ? undefined : this.#core.log.append({ positions: [], operations: more, publish });
    const operations = removed.flatMap(({ device_nid: nid }) => deleteDeviceRows.map((statement) => operation(statement, nid)));
    const deviceIds = removed.map((device) => device.device_id);
    await this.#deviceListChanged(userNid, [...more, ...operations], { deviceIds, publish });
    for (const listener of this.#removalListeners) await listener(userNid, deviceIds);
  }

  /** Checks that a device ID is no cross-signing key: signatures name both in the same way. @throws {AccountError} `INVALID_DEVICE_ID`. */
  async #requireNoKey(userNid: number, deviceId: string): Promise<void> {
    for (const { json } of await this.#core.store.all(crossSigningKeysOfUser, userNid)) {
      const { keys = {} }: { keys?: Record<string, unknown> } = JSON.parse(json);
      if (Object.hasOwn(keys, `ed25519:${deviceId}`)) throw new AccountError("INVALID_DEVICE_ID", "device_id: it is a cross-signing key");
    }
  }

  #changeTokens(deviceNid: number, operations: readonly WriteOperation[]): Promise<void> {
    return this.#core.log.append({ positions: [], operations, publish: () => this.#tokens.forget(deviceNid) });
  }

  #issue(
    userNid: number,
    deviceNid: number,
    { refresh, replaces }: { readonly refresh: boolean; readonly replaces: boolean },
  ): { tokens: SessionTokens; operations: WriteOperation[] } {
    const access = createToken("pat");
    const expires = refresh ? this.#core.clock.now() + ACCESS_TOKEN_LIFETIME_MS : null;
    const operations = [operation(insertAccessToken, hashToken(access), userNid, deviceNid, expires, Number(replaces))];
    if (!refresh) return { tokens: { access_token: access }, operations };
    const renewal = createToken("par");
    operations.push(operation(insertRefreshToken, hashToken(renewal), userNid, deviceNid, null, Number(replaces)));
    return { tokens: { access_token: access, refresh_token: renewal, expires_in_ms: ACCESS_TOKEN_LIFETIME_MS }, operations };
  }

  #withLastSeen(row: DeviceRow): DeviceRow {
    const seen = this.#tokens.lastSeen(row.device_nid);
    return seen ? { ...row, last_seen_ts: seen.ts, last_seen_ip: seen.ip } : row;
  }
}

/** What ends when a token that came from a refresh is used for the first time. */
function endReplaced(deviceNid: number): WriteOperation[] {
  const ended = deleteTokensByUse.map((statement) => operation(statement, deviceNid, 0));
  return [...ended, ...markTokensUsed.map((statement) => operation(statement, deviceNid))];
}

function checkDeviceId(deviceId: string): void {
  if (deviceId === "" || deviceId.includes("\0")) throw new AccountError("INVALID_DEVICE_ID", "device_id: it is empty or has a NUL");
  requireWithin("deviceIdLength", deviceId.length, "device_id");
}

function checkDisplayName(name: string | null): void {
  requireWithin("deviceDisplayNameLength", name?.length ?? 0, "display_name");
}
