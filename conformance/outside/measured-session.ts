// matrix-js-sdk as Element sets it up, to be measured beside our client: lazily loaded members, threads, a store in IndexedDB.
import { createMounts, installIndexedDB, openIndexedDB } from "@patrix/idb-sqlite";
import { ClientEvent, createClient, IndexedDBStore, type MatrixClient, PendingEventOrdering, SyncState } from "matrix-js-sdk";
import type { MeasuredSession, OpenMeasuredSession } from "../../benchmarks/client/measured-session.ts";
import { quiet } from "./quiet-logger.ts";

/** What the first sync brings of each room: as much as ours asks for. */
const INITIAL_EVENTS = 10;

/** Opens a session of matrix-js-sdk; its file is one of ours. */
export const openSession: OpenMeasuredSession = async ({ url, userId, deviceId, accessToken }, stored) => {
  const kept = stored && openStore(stored.path);
  const client = createClient({
    baseUrl: url,
    userId,
    deviceId,
    accessToken,
    timelineSupport: true,
    logger: quiet,
    ...(kept && { store: kept.store }),
  });
  await kept?.store.startup();
  return { ...sessionOf(client), close: () => close(client, kept) };
};

interface KeptStore {
  readonly store: IndexedDBStore;
  close(): void;
}

function openStore(path: string): KeptStore {
  const mounts = createMounts();
  const uninstall = installIndexedDB(mounts);
  const file = openIndexedDB(path);
  const unmount = mounts.mount("matrix-js-sdk:measured", file);
  return {
    store: new IndexedDBStore({ indexedDB, dbName: "measured" }),
    close() {
      file.close();
      unmount();
      uninstall();
    },
  };
}

function sessionOf(client: MatrixClient): Omit<MeasuredSession, "close"> {
  return {
    async start() {
      const ready = new Promise<void>((resolve, reject) =>
        client.on(ClientEvent.Sync, (state, _before, data) => {
          if (state === SyncState.Prepared) resolve();
          if (state === SyncState.Error) reject(new Error("matrix-js-sdk could not sync", { cause: data?.error }));
        }),
      );
      await client.startClient({
        initialSyncLimit: INITIAL_EVENTS,
        pendingEventOrdering: PendingEventOrdering.Detached,
        lazyLoadMembers: true,
        threadSupport: true,
      });
      await ready;
    },
    names: () =>
      client
        .getVisibleRooms()
        .filter((room) => room.getMyMembership() === "join")
        .sort((a, b) => b.getLastActiveTimestamp() - a.getLastActiveTimestamp())
        .map(({ name }) => name),
    async sendAll(count) {
      const { room_id: roomId } = await client.createRoom({});
      const begin = performance.now();
      // It has a queue for messages that are to stay in order, of which one request is under way at a time.
      await Promise.all(Array.from({ length: count }, (_, index) => client.sendTextMessage(roomId, `message ${index}`)));
      return performance.now() - begin;
    },
  };
}

async function close(client: MatrixClient, kept: KeptStore | undefined): Promise<void> {
  await kept?.store.save(true);
  client.stopClient();
  await kept?.store.destroy();
  kept?.close();
}
