import type { Core } from "../src/log/core.ts";
import type { Notifications } from "../src/push/notifications.ts";
import type { PushRules } from "../src/push/push-rules.ts";
import type { RoomParts } from "../src/rooms/open-rooms.ts";
import type { SyncDevice } from "../src/sync/cuts/sync-sources.ts";
import type { SyncSources } from "../src/sync/cuts/sync-sources.ts";
import type { SlidingSync } from "../src/sync/sliding/sliding-sync.ts";
import type { Sync } from "../src/sync/v3/sync.ts";
import { composed, type ComposedOptions } from "./remote/compose.ts";

/** The rooms and sync of a composed homeserver, `example.org`, for tests below HTTP. */
export interface ComposedRooms extends RoomParts, AsyncDisposable {
  readonly core: Core;
  readonly sync: Sync;
  readonly slidingSync: SlidingSync;
  readonly syncSources: SyncSources;
  readonly pushRules: PushRules;
  readonly notifications: Notifications;
  /** A device of a user, who gets an account on first use. */
  device(userId: string): Promise<SyncDevice>;
}

/** Boots such a homeserver. */
export async function openRooms(options: ComposedOptions = {}): Promise<ComposedRooms> {
  const server = await composed({ serverName: "example.org", ...options });
  const { core, rooms, sync, slidingSync, syncSources, accounts, pushRules, notifications } = server.parts;
  const devices = new Map<string, Promise<SyncDevice>>();
  const makeDevice = async (userId: string): Promise<SyncDevice> => {
    const known = await accounts.accounts.find(userId);
    const localpart = userId.slice(1, userId.indexOf(":"));
    const account = known
      ? { userNid: known.user_nid, userId: userId as `@${string}:${string}`, passwordHash: known.password_hash }
      : await accounts.accounts.create({ localpart });
    const { access_token: token } = await accounts.sessions.open(account, {});
    const owner = await accounts.tokens.lookup(token);
    if (typeof owner !== "object") throw new Error(`${userId} is not logged in`);
    return owner;
  };
  return {
    ...rooms,
    core,
    sync,
    slidingSync,
    syncSources,
    pushRules,
    notifications,
    device(userId) {
      const device = devices.get(userId) ?? makeDevice(userId);
      devices.set(userId, device);
      return device;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
