// matrix-js-sdk as Element sets it up: members loaded lazily, threads, Rust crypto, and stores that outlive the page.
import "./quiet-console.ts";
import "fake-indexeddb/auto";
import {
  ClientEvent,
  createClient,
  IndexedDBCryptoStore,
  IndexedDBStore,
  type LoginResponse,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  PendingEventOrdering,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api/index.js";
import { vi } from "vitest";
import { quiet } from "./quiet-logger.ts";

/** The login of a session: enough to open it again. */
export type Login = Pick<LoginResponse, "user_id" | "device_id" | "access_token">;

/** A session as a browser profile has it: closing it keeps its databases. */
export interface ElementSession extends AsyncDisposable {
  readonly client: MatrixClient;
  readonly userId: string;
  readonly deviceId: string;
  readonly login: Login;
  /** Keys of secret storage that the person has typed in or created, by key ID. */
  readonly secretStorageKeys: Map<string, Uint8Array<ArrayBuffer>>;
  /** Starts syncing and resolves after the first sync. */
  start(): Promise<void>;
}

/** What a session is opened with. */
export interface ElementOptions {
  /** Keeps the databases of sessions apart; those of the same name are the same. */
  readonly profile: string;
  /** Whether the session encrypts. Default: `true`. */
  readonly encryption?: boolean;
  /** Whether the session has a camera, to scan codes with. Default: `false`. */
  readonly scans?: boolean;
}

/** Registers an account through User-Interactive Authentication; it is not logged in. */
export async function registerAccount(baseUrl: string, username: string, password: string): Promise<void> {
  const anonymous = createClient({ baseUrl, logger: quiet });
  const first = await anonymous
    .registerRequest({ username, password, inhibit_login: true })
    .catch((error: { data?: unknown }) => error.data);
  const { session } = first as { session?: string };
  if (session === undefined) throw new Error(`${username} was registered without authentication`);
  await anonymous.registerRequest({ username, password, inhibit_login: true, auth: { type: "m.login.dummy", session } });
}

/** Logs in with a password, as a new device. */
export async function logIn(baseUrl: string, username: string, password: string): Promise<Login> {
  return createClient({ baseUrl, logger: quiet }).loginRequest({
    type: "m.login.password",
    identifier: { type: "m.id.user", user: username },
    password,
    initial_device_display_name: "Element on a test machine",
  });
}

/** Opens a session for a login, with what its databases hold. */
export async function openSession(baseUrl: string, login: Login, options: ElementOptions): Promise<ElementSession> {
  const { profile, encryption = true, scans = false } = options;
  const secretStorageKeys: ElementSession["secretStorageKeys"] = new Map();
  const cryptoCallbacks: CryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => {
      const keyId = Object.keys(keys).find((id) => secretStorageKeys.has(id));
      const key = keyId === undefined ? undefined : secretStorageKeys.get(keyId);
      return keyId === undefined || !key ? null : [keyId, key];
    },
    cacheSecretStorageKey: (keyId, _info, key) => void secretStorageKeys.set(keyId, key),
  };
  const store = new IndexedDBStore({ indexedDB, dbName: `riot-web-sync-${profile}` });
  const client = createClient({
    baseUrl,
    userId: login.user_id,
    deviceId: login.device_id,
    accessToken: login.access_token,
    store,
    cryptoStore: new IndexedDBCryptoStore(indexedDB, `matrix-js-sdk:crypto-${profile}`),
    cryptoCallbacks,
    timelineSupport: true,
    verificationMethods: ["m.sas.v1", "m.qr_code.show.v1", "m.reciprocate.v1", ...(scans ? ["m.qr_code.scan.v1"] : [])],
    logger: quiet,
  });
  await store.startup();
  if (encryption) await client.initRustCrypto({ cryptoDatabasePrefix: profile });
  return {
    client,
    userId: login.user_id,
    deviceId: login.device_id,
    login,
    secretStorageKeys,
    start: () => start(client),
    async [Symbol.asyncDispose]() {
      client.stopClient();
      await store.destroy();
    },
  };
}

async function start(client: MatrixClient): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    client.on(ClientEvent.Sync, (state, _before, data) => {
      if (state === SyncState.Syncing) resolve();
      if (state === SyncState.Error) reject(new Error("matrix-js-sdk could not sync", { cause: data?.error }));
    });
  });
  await client.startClient({
    initialSyncLimit: 20,
    pendingEventOrdering: PendingEventOrdering.Detached,
    lazyLoadMembers: true,
    threadSupport: true,
  });
  await ready;
}

/** Waits until something that sync brings is there. @throws If it does not come within 20 seconds. */
export function waitUntil<T>(look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  return vi.waitUntil(look, { timeout: 20_000, interval: 20 }) as Promise<NonNullable<Exclude<T, false>>>;
}

/** Resolves with the first event that passes, among those that arrive and those that are decrypted later. */
export function waitForEvent({ client }: ElementSession, passes: (event: MatrixEvent) => boolean): Promise<MatrixEvent> {
  return new Promise((resolve) => {
    const look = (event: MatrixEvent): void => {
      if (passes(event)) resolve(event);
    };
    client.on(RoomEvent.Timeline, look);
    client.on(MatrixEventEvent.Decrypted, look);
  });
}

/** Resolves when the client knows a room with a membership. */
export async function waitForMembership({ client }: ElementSession, roomId: string, membership: string): Promise<void> {
  await waitUntil(() => client.getRoom(roomId)?.getMyMembership() === membership);
}
