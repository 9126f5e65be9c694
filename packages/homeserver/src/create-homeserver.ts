import { type Clock, systemClock } from "@patrix/concurrency";
import "@patrix/api/compile";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { type AccountParts, openAccounts } from "./accounts/open-accounts.ts";
import type { Config } from "./config/config.ts";
import { configWarnings } from "./config/config-warnings.ts";
import { ConfigError } from "./config/errors.ts";
import { Aliases } from "./directory/aliases.ts";
import { PublishedRooms } from "./directory/published-rooms.ts";
import { deviceSyncSources } from "./e2ee/device-sync-sources.ts";
import { type E2ee, openE2ee } from "./e2ee/open-e2ee.ts";
import { sharedSecretHandlers } from "./http/admin/shared-secret-registration.ts";
import { accountDataHandlers } from "./http/client-server/account-data.ts";
import { accountHandlers, proveIdentity } from "./http/client-server/account.ts";
import type { AccountServices } from "./http/client-server/account-services.ts";
import { deviceHandlers } from "./http/client-server/device.ts";
import { directoryHandlers } from "./http/client-server/directory.ts";
import { discoveryHandlers } from "./http/client-server/discovery.ts";
import { keyBackupHandlers } from "./http/client-server/key-backup.ts";
import { keyHandlers } from "./http/client-server/keys.ts";
import { mediaHandlers } from "./http/client-server/media.ts";
import { membershipHandlers } from "./http/client-server/membership.ts";
import { messageHandlers } from "./http/client-server/message.ts";
import { peekingHandlers } from "./http/client-server/peeking.ts";
import { profileHandlers } from "./http/client-server/profile.ts";
import { pushHandlers } from "./http/client-server/push.ts";
import { receiptHandlers } from "./http/client-server/receipt.ts";
import { registrationHandlers } from "./http/client-server/register.ts";
import { roomHandlers } from "./http/client-server/room.ts";
import { sessionHandlers } from "./http/client-server/session.ts";
import { stateHandlers } from "./http/client-server/state.ts";
import { syncHandlers } from "./http/client-server/sync.ts";
import { toDeviceHandlers } from "./http/client-server/to-device.ts";
import type { Registration } from "./http/registration.ts";
import { createLogger, type Logger } from "./http/logger.ts";
import { pageHandlers } from "./http/pages/welcome.ts";
import { RateLimiter } from "./http/access/rate-limits.ts";
import { HttpServer } from "./http/transport/http-server.ts";
import { type Core, openCore } from "./log/core.ts";
import { openMedia } from "./media/open-media.ts";
import { PushRules } from "./push/push-rules.ts";
import { RoomError } from "./rooms/errors.ts";
import { openRooms, type RoomParts } from "./rooms/open-rooms.ts";
import { operation } from "./store/statement.ts";
import { deviceExists } from "./store/statements/devices.ts";
import { pruneTransactions } from "./store/statements/events.ts";
import { makeFolder } from "./store/make-folder.ts";
import { SqliteStore } from "./store/sqlite/sqlite-store.ts";
import { openSync } from "./sync/v3/open-sync.ts";
import type { SyncSources } from "./sync/cuts/sync-sources.ts";
import { VERSION } from "./version.ts";

/** What a homeserver can be given besides its configuration. */
export interface HomeserverOptions {
  /** Default: JSON lines to stderr. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** A homeserver that runs until it is stopped. */
export interface Homeserver extends AsyncDisposable {
  /** Base URL of the first listener. */
  readonly url: string;
  readonly serverName: string;
  /** Ends what waits, stores what is queued, and closes everything; within about a second. */
  stop(): Promise<void>;
}

const LAST_SEEN_INTERVAL_MS = 60_000;
const PRUNE_INTERVAL_MS = 3_600_000;
/** How long the same transaction ID gives the same event. */
const TRANSACTION_LIFETIME_MS = 86_400_000;

/**
 * Starts a homeserver: opens its data, wires its parts, and listens.
 *
 * @throws {StoreError} `DATA_IN_USE` and others. @throws {ConfigError} `INVALID`.
 */
export async function createHomeserver(config: Config, options: HomeserverOptions = {}): Promise<Homeserver> {
  const { logger = createLogger(), clock = systemClock } = options;
  for (const warning of configWarnings(config)) logger.warn(warning);
  requireCertificates(config);
  makeFolder(config.data_dir);
  const store = await SqliteStore.open(databasePath(config));
  try {
    const core = await openCore(config.server_name, store, { shards: config.cluster.shards, clock });
    let url = "";
    const { registrations, accounts } = await wire(core, config, () => config.public_base_url ?? url);
    const server = new HttpServer({
      listeners: config.listeners,
      registrations,
      lookup: async (token, ip) => {
        const owner = await accounts.tokens.lookup(token);
        if (typeof owner === "object") accounts.tokens.noteSeen(owner.deviceNid, ip);
        return owner;
      },
      limiter: config.rate_limits.enabled ? new RateLimiter(config.rate_limits, clock) : undefined,
      logger,
    });
    url = (await server.listen())[0] ?? "";
    logger.info("the homeserver is ready", { server_name: config.server_name, url });
    const flushing = setInterval(() => void accounts.tokens.flushSeen().catch(() => {}), LAST_SEEN_INTERVAL_MS).unref();
    const prune = (): void => core.log.carry(operation(pruneTransactions, clock.now() - TRANSACTION_LIFETIME_MS));
    const pruning = setInterval(prune, PRUNE_INTERVAL_MS).unref();
    prune();
    const stop = once(async () => {
      clearInterval(flushing);
      clearInterval(pruning);
      await server.close();
      await accounts.tokens.flushSeen();
      await core.log.flushed();
      await store[Symbol.asyncDispose]();
      logger.info("the homeserver has stopped", { server_name: config.server_name });
    });
    return { url, serverName: config.server_name, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

async function wire(core: Core, config: Config, baseUrl: () => string): Promise<{ registrations: Registration[]; accounts: AccountParts }> {
  const pushRules = new PushRules(core);
  let rooms: RoomParts | undefined;
  let e2ee: E2ee | undefined;
  const accounts = await openAccounts(core, {
    profileChanged: async (userId) => rooms?.members.updateProfile(userId),
    initialData: async ({ userNid, userId }) => pushRules.store(userNid, await pushRules.read(userNid, userId)),
    deviceListChanged: async (userNid, operations, publish) => e2ee?.deviceLists.note(userNid, operations, publish),
    passwordCost: config.passwords.cost,
  });
  rooms = await openRooms(core, async (userId) => (await accounts.profiles.read(userId)) ?? {});
  const encryption = (e2ee = await openE2ee(rooms.rooms));
  const media = await openMedia(core, config.media.path ?? join(config.data_dir, "media"), config.media.max_upload_size);
  const sync = openSync(rooms, syncSources(core, accounts, encryption));
  const { default_room_version: defaultRoomVersion, registration } = config;
  const roomServices = {
    ...rooms,
    sync,
    defaultRoomVersion,
    accountData: accounts.accountData,
  };
  const accountServices: AccountServices = {
    ...accounts,
    core,
    registration,
    roomNid: (roomId) => rooms.rooms.find(roomId)?.nid,
    leaveRooms: ({ userNid, userId }) => leaveRooms(rooms, userNid, userId),
  };
  const published = new PublishedRooms(rooms.rooms);
  const registrations = [
    ...[roomHandlers, membershipHandlers, messageHandlers, stateHandlers, receiptHandlers, syncHandlers].flatMap((handlers) =>
      handlers(roomServices),
    ),
    ...[registrationHandlers, sessionHandlers, accountHandlers, deviceHandlers, profileHandlers, accountDataHandlers].flatMap((handlers) =>
      handlers(accountServices),
    ),
    ...keyHandlers({
      rooms: rooms.rooms,
      e2ee: encryption,
      requireUia: async (user, auth) => void (await proveIdentity(accountServices, user, "uploadCrossSigningKeys", auth)),
    }),
    ...directoryHandlers({ ...rooms, aliases: new Aliases(rooms.rooms), published }),
    ...peekingHandlers({ ...roomServices, published }),
    ...toDeviceHandlers(encryption),
    ...keyBackupHandlers(encryption),
    ...mediaHandlers({ ...media, serverName: core.serverName, legacyUnauthenticated: config.media.legacy_unauthenticated }),
    ...pushHandlers(core, pushRules),
    ...sharedSecretHandlers(accountServices, registration.shared_secret),
    ...discoveryHandlers({ baseUrl, wellKnownClient: config.well_known.client, admins: config.admins, defaultRoomVersion }),
    ...pageHandlers({ serverName: core.serverName, version: VERSION, baseUrl, registrationOpen: registration.enabled }),
  ];
  return { registrations, accounts };
}

function syncSources(core: Core, { accountData, filters }: AccountParts, e2ee: E2ee): SyncSources {
  return {
    ...deviceSyncSources(e2ee),
    accountData: async (userNid, since) =>
      (await accountData.since(userNid, since)).map(({ room_nid: roomNid, type, json }) => ({ roomNid, type, json })),
    isLoggedIn: async (deviceNid) => (await core.store.get(deviceExists, deviceNid)) !== undefined,
    storedFilter: async (userNid, filterId) => {
      const json = await filters.read(userNid, filterId);
      return json === undefined ? undefined : JSON.parse(json);
    },
  };
}

async function leaveRooms({ rooms, members }: RoomParts, userNid: number, userId: string): Promise<void> {
  for (const [roomNid, { membership }] of await rooms.ofUser(userNid)) {
    const room = rooms.byNid(roomNid);
    if (!room || !["join", "invite", "knock"].includes(membership)) continue;
    try {
      await members.leave(room, userId);
    } catch (error) {
      // A room that refuses keeps its member; the others are left all the same.
      if (!(error instanceof RoomError)) throw error;
    }
  }
}

function databasePath({ data_dir: dataDir, database: { url } }: Config): string {
  if (url === undefined) return join(dataDir, "patrix.db");
  if (url.startsWith("sqlite:")) return url.slice("sqlite:".length);
  throw new ConfigError("INVALID", "database.url: expected sqlite: and a path; PostgreSQL is still to come");
}

/** Says at once which file of a listener cannot be read. */
function requireCertificates({ listeners }: Config): void {
  for (const { tls } of listeners)
    for (const path of tls ? [tls.cert_path, tls.key_path] : []) {
      try {
        accessSync(path, constants.R_OK);
      } catch (error) {
        throw new ConfigError("INVALID", `listeners.tls: ${path} cannot be read`, error);
      }
    }
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
