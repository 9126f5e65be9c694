// matrix-js-sdk on Node with its keys and its sync in a file of idb-sqlite.
import "./quiet-console.ts";
import { join } from "node:path";
import type { TestUser } from "@patrix/homeserver/testing";
import { type IndexedDBMounts, openIndexedDB } from "@patrix/idb-sqlite";
import { ClientEvent, createClient, IndexedDBStore, type MatrixClient, SyncState } from "matrix-js-sdk";
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api/index.js";
import { vi } from "vitest";
import { quiet } from "./quiet-logger.ts";

/** A session that goes on from its file; disposing of it closes the file. */
export interface PersistentSession extends AsyncDisposable {
  readonly client: MatrixClient;
}

/** Where sessions are opened. */
export interface SessionPlace {
  readonly mounts: IndexedDBMounts;
  readonly folder: string;
  readonly baseUrl: string;
  readonly cryptoCallbacks?: CryptoCallbacks;
}

/** Opens a session with what its file holds. */
export async function openPersistentSession(
  { mounts, folder, baseUrl, cryptoCallbacks = {} }: SessionPlace,
  name: string,
  { userId, deviceId, accessToken }: TestUser,
): Promise<PersistentSession> {
  const file = openIndexedDB(join(folder, `${name}.db`));
  const unmount = [mounts.mount(name, file), mounts.mount(`matrix-js-sdk:${name}`, file)];
  const store = new IndexedDBStore({ indexedDB, dbName: name });
  const client = createClient({ baseUrl, userId, deviceId, accessToken, store, cryptoCallbacks, logger: quiet });
  await store.startup();
  await client.initRustCrypto({ cryptoDatabasePrefix: name, storagePassword: "sesame" });
  const ready = new Promise<void>((resolve) => client.on(ClientEvent.Sync, (state) => state === SyncState.Syncing && resolve()));
  await client.startClient({ initialSyncLimit: 20 });
  await ready;
  return {
    client,
    async [Symbol.asyncDispose]() {
      await store.save(true);
      client.stopClient();
      await store.destroy();
      file.close();
      for (const step of unmount) step();
    },
  };
}

/** Waits until something that sync brings is there. @throws If it does not come within 20 seconds. */
export function eventually<T>(look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  return vi.waitUntil(look, { timeout: 20_000, interval: 20 }) as Promise<NonNullable<Exclude<T, false>>>;
}

/** Texts of the messages of a room, as far as they are decrypted. */
export function bodiesOf({ client }: PersistentSession, roomId: string): string[] {
  const events = client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? [];
  return events.filter((event) => event.getType() === "m.room.message").map((event) => String(event.getContent()["body"]));
}
