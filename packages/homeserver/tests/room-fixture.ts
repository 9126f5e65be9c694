import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Core, openCore } from "../src/log/core.ts";
import { openRooms, type RoomParts } from "../src/rooms/open-rooms.ts";
import type { Store } from "../src/store/store.ts";
import { SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { openSync } from "../src/sync/v3/open-sync.ts";
import type { Sync } from "../src/sync/v3/sync.ts";
import type { SyncDevice, SyncSources } from "../src/sync/cuts/sync-sources.ts";

/** The rooms and sync of a server without accounts, over a real database in a temporary folder. */
export interface RoomFixture extends RoomParts, AsyncDisposable {
  readonly core: Core;
  readonly sync: Sync;
  readonly path: string;
  device(userId: string): Promise<SyncDevice>;
}

const noSources: SyncSources = {
  accountData: async () => [],
  toDevice: async () => [],
  acknowledgeToDevice: async () => {},
  changedDeviceLists: async () => [],
  oneTimeKeyCounts: async () => ({}),
  unusedFallbackKeyTypes: async () => [],
  isLoggedIn: async () => true,
  ignoredUsers: async () => new Set(),
  blocksInvites: async () => false,
  storedFilter: async () => undefined,
};

/** Opens such a server; `path` opens an existing database. */
export async function openFixture(
  options: { readonly shards?: number; readonly path?: string; readonly wrap?: (store: Store) => Store } = {},
): Promise<RoomFixture> {
  const path = options.path ?? join(await mkdtemp(join(tmpdir(), "patrix-")), "patrix.db");
  const store = await SqliteStore.open(path);
  const core = await openCore("example.org", options.wrap?.(store) ?? store, { shards: options.shards ?? 1 });
  const parts = await openRooms(core, { profileOf: async () => ({}), blocksInvites: async () => false, isGuest: async () => false });
  return {
    ...parts,
    core,
    path,
    sync: openSync(parts, noSources),
    async device(userId) {
      const userNid = await core.users.intern(userId);
      return { userNid, userId, deviceNid: userNid };
    },
    async [Symbol.asyncDispose]() {
      await core.log.flushed();
      await store[Symbol.asyncDispose]();
      if (options.path === undefined) await rm(join(path, ".."), { recursive: true, force: true });
    },
  };
}
