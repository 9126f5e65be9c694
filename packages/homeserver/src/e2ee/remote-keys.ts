import type { JsonObject } from "@patrix/api";
import { isUserId } from "@patrix/identifiers";
import { serverOf } from "@patrix/signatures";
import { UnreachableError } from "../errors.ts";
import type { Core } from "../log/core.ts";
import { isLocalUser } from "../log/core.ts";
import { limits } from "../limits.ts";
import type { DevicesOfOthers, KeysOfOthers, OtherServers } from "../other-servers.ts";
import type { UserKeys } from "./device-keys.ts";
import type { RemoteDeviceLists, RemoteUser } from "./remote-device-lists.ts";

/** What other servers have answered. */
export interface RemoteAnswers<T> {
  readonly answers: T;
  /** Why a server has not answered, by its name. */
  readonly failures: ReadonlyMap<string, Error>;
}

/** Keys of one-time use by user, device and key ID. */
export type ClaimedRemoteKeys = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** What is asked of one server. */
interface Asked<T> {
  readonly server: string;
  readonly users: readonly (readonly [userId: string, wanted: T])[];
}

/** Asks other servers for the keys of their users, all at once, and waits for them as long as the client does. */
export class RemoteKeys {
  readonly #core: Core;
  readonly #lists: RemoteDeviceLists;
  readonly #others: DevicesOfOthers & Pick<OtherServers, "refusal">;

  constructor(core: Core, lists: RemoteDeviceLists, others: DevicesOfOthers & Pick<OtherServers, "refusal">) {
    this.#core = core;
    this.#lists = lists;
    this.#others = others;
  }

  /**
   * Makes the keys of other servers' users known: those with whom a room is shared are kept here from then on, and read like those of this
   * server's users. The answer has the keys of all others.
   */
  async query(
    wanted: Readonly<Record<string, readonly string[]>>,
    timeoutMs: number,
  ): Promise<RemoteAnswers<ReadonlyMap<string, UserKeys>>> {
    const answers = new Map<string, UserKeys>();
    const failures = await this.#ask(wanted, timeoutMs, async ({ server, users }) => {
      const nids = await this.#core.users.findAll(users.map(([userId]) => userId));
      const shared: RemoteUser[] = [];
      for (const [userId, userNid] of nids) if (await this.#lists.isShared(userNid)) shared.push({ userId, userNid });
      const fresh = await this.#lists.fresh(shared.map(({ userNid }) => userNid));
      const toRead = shared.filter(({ userNid }) => !fresh.has(userNid));
      const now = toRead.slice(0, limits.deviceListsRead.value);
      const later = toRead.slice(limits.deviceListsRead.value);
      const keptHere = new Set(shared.filter((user) => !later.includes(user)).map(({ userId }) => userId));
      const others = users.filter(([userId]) => !keptHere.has(userId));
      const query = async (): Promise<void> => {
        const keys = await this.#others.queryKeys(server, Object.fromEntries(others), timeoutMs);
        for (const [userId] of others) answers.set(userId, keysOf(keys, userId));
      };
      await Promise.all([...now.map((user) => this.#lists.read(user)), ...(others.length > 0 ? [query()] : [])]);
      for (const user of later) await this.#lists.want(user);
    });
    return { answers, failures };
  }

  /** Claims one-time keys: algorithms by user and device. */
  async claim(
    wanted: Readonly<Record<string, Readonly<Record<string, string>>>>,
    timeoutMs: number,
  ): Promise<RemoteAnswers<ClaimedRemoteKeys>> {
    const answers: Record<string, Record<string, JsonObject>> = {};
    const failures = await this.#ask(wanted, timeoutMs, async ({ server, users }) => {
      const claimed = await this.#others.claimKeys(server, Object.fromEntries(users), timeoutMs);
      for (const [userId, devices] of users)
        for (const deviceId of Object.keys(devices)) {
          const ofUser = Object.hasOwn(claimed, userId) ? claimed[userId] : undefined;
          const key = ofUser && Object.hasOwn(ofUser, deviceId) ? ofUser[deviceId] : undefined;
          if (key) (answers[userId] ??= {})[deviceId] = key;
        }
    });
    return { answers, failures };
  }

  /** Asks each server by itself. @returns Why some have not answered. */
  async #ask<T>(
    wanted: Readonly<Record<string, T>>,
    timeoutMs: number,
    ask: (asked: Asked<T>) => Promise<void>,
  ): Promise<Map<string, Error>> {
    const failures = new Map<string, Error>();
    const waited = new AbortController();
    const timer = this.#core.clock.after(timeoutMs, () => waited.abort());
    const one = async (asked: Asked<T>): Promise<void> => {
      const refused = this.#others.refusal(asked.server);
      if (refused) return void failures.set(asked.server, refused);
      try {
        await unless(ask(asked), waited.signal, asked.server);
      } catch (error) {
        failures.set(asked.server, error instanceof Error ? error : new UnreachableError(asked.server, "it does not answer"));
      }
    };
    try {
      await Promise.all(this.#byServer(wanted).map(one));
      return failures;
    } finally {
      timer.cancel();
    }
  }

  #byServer<T>(wanted: Readonly<Record<string, T>>): Asked<T>[] {
    const byServer = new Map<string, (readonly [string, T])[]>();
    for (const [userId, asked] of Object.entries(wanted)) {
      const server = isUserId(userId) && !isLocalUser(this.#core, userId) ? serverOf(userId) : undefined;
      if (server === undefined) continue;
      const users = byServer.get(server);
      if (users) users.push([userId, asked]);
      else byServer.set(server, [[userId, asked]]);
    }
    return [...byServer].map(([server, users]) => ({ server, users }));
  }
}

/** Waits for an answer until it has taken too long; what comes after that is kept for the next one who asks. */
function unless(answer: Promise<void>, signal: AbortSignal, server: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new UnreachableError(server, "it has not answered in time"));
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    answer.then(resolve, reject);
  });
}

/** The keys of one user in an answer, those that are the user's. */
function keysOf({ devices, master, selfSigning }: KeysOfOthers, userId: string): UserKeys {
  const listed = Object.hasOwn(devices, userId) ? (devices[userId] ?? {}) : {};
  const own = Object.entries(listed).filter(([deviceId, keys]) => keys["user_id"] === userId && keys["device_id"] === deviceId);
  const crossSigning = new Map<string, JsonObject>();
  for (const [usage, keys] of [
    ["master", master],
    ["self_signing", selfSigning],
  ] as const) {
    const key = Object.hasOwn(keys, userId) ? keys[userId] : undefined;
    if (key?.["user_id"] === userId) crossSigning.set(usage, key);
  }
  return { devices: Object.fromEntries(own), crossSigning };
}
