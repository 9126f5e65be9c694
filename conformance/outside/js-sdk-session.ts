import {
  ClientEvent,
  createClient,
  Filter,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  MemoryStore,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";
import type { Logger } from "matrix-js-sdk/lib/logger.js";

/** matrix-js-sdk tells much that only its authors want to know. */
const quiet: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  getChild: () => quiet,
};

/** A logged-in matrix-js-sdk client, and what it was told. */
export interface JsSdkSession extends AsyncDisposable {
  readonly client: MatrixClient;
  readonly userId: string;
}

/** Registers an account with matrix-js-sdk through User-Interactive Authentication, then logs in with the password. */
export async function registerAndLogin(baseUrl: string, username: string, password: string): Promise<JsSdkSession> {
  const anonymous = createClient({ baseUrl, logger: quiet });
  const first = await anonymous.registerRequest({ username, password }).catch((error: { data?: { session?: string } }) => error.data);
  const session = (first as { session?: string }).session;
  if (session !== undefined) await anonymous.registerRequest({ username, password, auth: { type: "m.login.dummy", session } });
  const login = await anonymous.loginRequest({
    type: "m.login.password",
    identifier: { type: "m.id.user", user: username },
    password,
    initial_device_display_name: "matrix-js-sdk",
  });
  return openSession(baseUrl, login);
}

/** Opens a client for a login that exists. */
export function openSession(baseUrl: string, login: { user_id: string; device_id: string; access_token: string }): JsSdkSession {
  const client = createClient({
    baseUrl,
    userId: login.user_id,
    deviceId: login.device_id,
    accessToken: login.access_token,
    store: new MemoryStore(),
    logger: quiet,
  });
  return {
    client,
    userId: login.user_id,
    async [Symbol.asyncDispose]() {
      client.stopClient();
    },
  };
}

/** Starts syncing and resolves after the first sync. */
export async function startSyncing({ client }: JsSdkSession): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    client.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Prepared) resolve();
      if (state === SyncState.Error) reject(new Error("matrix-js-sdk could not sync"));
    });
  });
  await client.startClient({ initialSyncLimit: 20, filter: Filter.fromJson(null, "", { room: { state: { lazy_load_members: true } } }) });
  await ready;
}

/** Resolves with the first event that passes, among those that arrive and those that are decrypted later. */
export function waitForEvent({ client }: JsSdkSession, passes: (event: MatrixEvent) => boolean): Promise<MatrixEvent> {
  return new Promise((resolve) => {
    const look = (event: MatrixEvent): void => {
      if (passes(event)) resolve(event);
    };
    client.on(RoomEvent.Timeline, look);
    client.on(MatrixEventEvent.Decrypted, look);
  });
}

/** Resolves when the client knows a room with a membership. */
export function waitForMembership({ client }: JsSdkSession, roomId: string, membership: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (client.getRoom(roomId)?.getMyMembership() === membership) {
        clearInterval(poll);
        resolve();
      }
    };
    const poll = setInterval(look, 20);
    look();
  });
}
