import { LruCache } from "@patrix/concurrency";
import type { Core } from "../log/core.ts";
import { type Ready, whenReady } from "../ready.ts";
import { operation } from "../store/statement.ts";
import { accountOf } from "../store/statements/accounts.ts";
import { deviceLock, tokenOwner, updateLastSeen } from "../store/statements/devices.ts";
import { hashToken } from "./random-token.ts";
import { userOfVirtualDevice } from "./virtual-device.ts";

/** The user and device that an access token belongs to. */
export interface TokenOwner {
  readonly userNid: number;
  readonly userId: string;
  readonly deviceNid: number;
  readonly deviceId: string;
  readonly isGuest: boolean;
  readonly isAdmin: boolean;
  /** Whether an administrator has locked the account. */
  readonly isLocked: boolean;
  /** Whether an administrator has suspended it. */
  readonly isSuspended: boolean;
  /** Whether it comes from a refresh whose tokens nobody has used yet. */
  readonly isUnused: boolean;
}

/** How a device stands, for what waits for it. */
export type DeviceStanding = "logged in" | "logged out" | "locked";

interface CachedToken {
  readonly owner: TokenOwner;
  readonly expiresTs: number | null;
}

const CACHE_LIMIT = 100_000;

/** Knows whose an access token is, and when each device was last seen. */
export class AccessTokens {
  readonly #core: Core;
  readonly #cache = new LruCache<string, CachedToken>(CACHE_LIMIT);
  readonly #tokensOfDevice = new Map<number, Set<string>>();
  readonly #seen = new Map<number, { readonly ts: number; readonly ip: string }>();
  #revocations = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Finds whose token this is; `"expired"` if it can be refreshed. */
  lookup(token: string): Ready<TokenOwner | "expired" | undefined> {
    return whenReady(this.#cache.get(token) ?? this.#load(token), (known) => known && this.#ownerOf(known));
  }

  #ownerOf(known: CachedToken): TokenOwner | "expired" {
    return known.expiresTs !== null && known.expiresTs <= this.#core.clock.now() ? "expired" : known.owner;
  }

  /** Forgets the tokens of a device; called when their removal is durable. */
  forget(deviceNid: number): void {
    this.#revocations++;
    for (const token of this.#tokensOfDevice.get(deviceNid) ?? []) this.#cache.delete(token);
    this.#tokensOfDevice.delete(deviceNid);
    this.#seen.delete(deviceNid);
  }

  /** Whether what waits for a device may go on: not if it was logged out, or its account locked. */
  standingOf(deviceNid: number): Ready<DeviceStanding> {
    // What is known of a token is forgotten with every change of its device or account.
    const [token] = this.#tokensOfDevice.get(deviceNid) ?? [];
    const known = token === undefined ? undefined : this.#cache.get(token);
    if (known) return known.owner.isLocked ? "locked" : "logged in";
    return this.#readStanding(deviceNid);
  }

  async #readStanding(deviceNid: number): Promise<DeviceStanding> {
    const actedNid = userOfVirtualDevice(deviceNid);
    if (actedNid !== undefined) {
      const account = await this.#core.store.get(accountOf, actedNid);
      if (!account || account.deactivated === 1) return "logged out";
      return account.locked_ts === null ? "logged in" : "locked";
    }
    const row = await this.#core.store.get(deviceLock, deviceNid);
    if (!row) return "logged out";
    return row.locked_ts === null ? "logged in" : "locked";
  }

  /** Notes in memory that a device was seen. */
  noteSeen(deviceNid: number, ip: string): void {
    this.#seen.set(deviceNid, { ts: this.#core.clock.now(), ip });
  }

  /** When a device was last seen, if that is not stored yet. */
  lastSeen(deviceNid: number): { readonly ts: number; readonly ip: string } | undefined {
    return this.#seen.get(deviceNid);
  }

  /** Stores when devices were last seen; called every minute and at the end. */
  async flushSeen(): Promise<void> {
    if (this.#seen.size === 0) return;
    const operations = [...this.#seen].map(([nid, { ts, ip }]) => operation(updateLastSeen, nid, ts, ip));
    this.#seen.clear();
    await this.#core.log.append({ positions: [], operations });
  }

  async #load(token: string): Promise<CachedToken | undefined> {
    const revocations = this.#revocations;
    const row = await this.#core.store.get(tokenOwner, hashToken(token));
    if (!row) return undefined;
    const owner: TokenOwner = {
      userNid: row.user_nid,
      userId: row.user_id,
      deviceNid: row.device_nid,
      deviceId: row.device_id,
      isGuest: row.guest === 1,
      isAdmin: row.admin === 1,
      isLocked: row.locked_ts !== null,
      isSuspended: row.suspended_ts !== null,
      isUnused: row.unused === 1,
    };
    const found = { owner, expiresTs: row.expires_ts };
    // A token that may have been revoked while it was read is not remembered.
    if (revocations === this.#revocations) {
      this.#cache.set(token, found);
      const tokens = this.#tokensOfDevice.get(row.device_nid) ?? new Set();
      this.#tokensOfDevice.set(row.device_nid, tokens.add(token));
    }
    return found;
  }
}
