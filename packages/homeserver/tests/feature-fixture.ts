import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deviceSyncSources } from "../src/e2ee/device-sync-sources.ts";
import { type E2ee, openE2ee } from "../src/e2ee/open-e2ee.ts";
import { keyBackupHandlers } from "../src/http/client-server/key-backup.ts";
import { keyHandlers, type RequireUia } from "../src/http/client-server/keys.ts";
import { mediaHandlers } from "../src/http/client-server/media.ts";
import { syncHandlers } from "../src/http/client-server/sync.ts";
import { toDeviceHandlers } from "../src/http/client-server/to-device.ts";
import { createLogger } from "../src/http/logger.ts";
import type { Requester } from "../src/http/access/requester.ts";
import { HttpServer } from "../src/http/transport/http-server.ts";
import { type Core, openCore } from "../src/log/core.ts";
import { openMedia } from "../src/media/open-media.ts";
import { createRoom } from "../src/rooms/write/create-room.ts";
import { openRooms, type RoomParts } from "../src/rooms/open-rooms.ts";
import { SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { operation } from "../src/store/statement.ts";
import { insertDevice } from "../src/store/statements/devices.ts";
import { openSync } from "../src/sync/v3/open-sync.ts";

/** An answer: the status and the JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every endpoint
  readonly body: any;
  readonly bytes: Uint8Array;
}

/** Keys, to-device messages, backups and media over HTTP, with users whose token is their device ID. */
export interface FeatureFixture extends AsyncDisposable {
  readonly core: Core;
  readonly e2ee: E2ee;
  readonly rooms: RoomParts;
  readonly url: string;
  readonly mediaFolder: string;
  login(userId: string, deviceId: string): Promise<Requester>;
  /** Puts users into a room of their own. */
  shareRoom(...userIds: string[]): Promise<void>;
  request(method: string, path: string, body?: unknown, token?: string, headers?: Record<string, string>): Promise<Answer>;
}

/** Options of such a server. */
export interface FeatureOptions {
  readonly requireUia?: RequireUia;
  readonly maxUploadBytes?: number;
  readonly legacyUnauthenticated?: boolean;
}

/** Opens such a server. */
export async function openFeatures(options: FeatureOptions = {}): Promise<FeatureFixture> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-"));
  const store = await SqliteStore.open(join(folder, "patrix.db"));
  const core = await openCore("example.org", store);
  const rooms = await openRooms(core, { profileOf: async () => ({}), blocksInvites: async () => false, isGuest: async () => false });
  const e2ee = await openE2ee(rooms.rooms);
  const mediaFolder = join(folder, "media");
  const media = await openMedia(core, mediaFolder, options.maxUploadBytes ?? 1_000_000);
  const none = {
    accountData: async () => [],
    isLoggedIn: async () => true,
    ignoredUsers: async () => new Set<string>(),
    blocksInvites: async () => false,
    storedFilter: async () => undefined,
  };
  const sync = openSync(rooms, { ...deviceSyncSources(e2ee), ...none });
  const tokens = new Map<string, Requester>();
  const requireUia: RequireUia = options.requireUia ?? (async () => {});
  const server = new HttpServer({
    listeners: [{ host: "127.0.0.1", port: 0 }],
    registrations: [
      ...keyHandlers({ rooms: rooms.rooms, e2ee, sync, requireUia }),
      ...toDeviceHandlers(e2ee),
      ...keyBackupHandlers(e2ee),
      ...mediaHandlers({ ...media, serverName: core.serverName, legacyUnauthenticated: options.legacyUnauthenticated ?? false }),
      ...syncHandlers({ ...rooms, sync, defaultRoomVersion: "12", accountData: { put: async () => {}, ofRoom: async () => [] } }),
    ],
    lookup: (token) => tokens.get(token),
    limiter: undefined,
    logger: createLogger(),
  });
  const [url = ""] = await server.listen();
  return {
    core,
    e2ee,
    rooms,
    url,
    mediaFolder,
    async login(userId, deviceId) {
      const userNid = await core.users.intern(userId);
      const deviceNid = tokens.size + 1;
      await core.log.append({
        positions: [],
        operations: [operation(insertDevice, deviceNid, userNid, deviceId, `name of ${deviceId}`, 0)],
      });
      const user = { userNid, userId, deviceNid, deviceId, isGuest: false, isAdmin: false };
      tokens.set(deviceId, user);
      return user;
    },
    async shareRoom(creator = "", ...others) {
      const room = await createRoom(rooms.rooms, rooms.engine, rooms.profileOf, {
        creator,
        preset: "public_chat",
        version: "12",
        published: false,
        alias: undefined,
        name: undefined,
        topic: undefined,
        invite: [],
        isDirect: undefined,
        creationContent: undefined,
        initialState: [],
        powerLevels: undefined,
      });
      for (const userId of others) await rooms.members.join(room, userId);
    },
    async request(method, path, body, token, headers = {}) {
      const encoded = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${url}/_matrix${path}`, {
        method,
        headers: { ...authorization, ...headers },
        ...(encoded === undefined ? {} : { body: encoded as BodyInit }),
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      const isJson = response.headers.get("content-type") === "application/json";
      return {
        status: response.status,
        headers: response.headers,
        body: isJson ? JSON.parse(Buffer.from(bytes).toString()) : undefined,
        bytes,
      };
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await core.log.flushed();
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
