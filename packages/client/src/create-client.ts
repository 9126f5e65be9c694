import type { SupportedVersions } from "@patrix/api";
import { getVersions, type GetVersionsResponse } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { RoomId, UserId } from "@patrix/identifiers";
import { createAuthentication, type LoginParts } from "./auth/login.ts";
import type { AuthorizationServer, AuthorizationServerParts } from "./auth/oauth/authorization-server.ts";
import type { Session } from "./auth/session.ts";
import { SessionHolder } from "./auth/session-holder.ts";
import { type BaseState, emptyBaseState } from "./base/room-data.ts";
import type { Client } from "./client.ts";
import type { ClientOptions } from "./client-options.ts";
import type { Cipher } from "./encryption/cipher.ts";
import type { ClientEncryptionParts } from "./encryption/client-encryption.ts";
import type { EncryptionOptions } from "./encryption/encryption-options.ts";
import type { createEncryption, EncryptionParts } from "./encryption/create-encryption.ts";
import type { Encryption } from "./encryption/encryption.ts";
import { noEncryption } from "./encryption/no-encryption.ts";
import type { UndecryptedEvent } from "./encryption/undecrypted-events.ts";
import { ClientError } from "./errors.ts";
import type { EventDef } from "./events/event-def.ts";
import { fetchOnce } from "./http/fetch-once.ts";
import { HttpClient, type HttpClientParts, type RequestOptions } from "./http/http-client.ts";
import { retryPolicy } from "./http/retry-policy.ts";
import { requireKnownOptions } from "./known-options.ts";
import { actions } from "./load-actions.ts";
import { type Loaded, loaded } from "./loaded.ts";
import { problemLogger } from "./logger.ts";
import { createMedia } from "./media/create-media.ts";
import { Outbox } from "./outbox/outbox.ts";
import { platformClock } from "./platform-clock.ts";
import { createProfile } from "./profile/profile.ts";
import { NotificationSource } from "./push/notifications.ts";
import { PushEvaluator } from "./push/push-evaluator.ts";
import { EventDispatcher } from "./rooms/event-dispatcher.ts";
import type { MatrixEvent, Room } from "./rooms/room.ts";
import type { RoomContext } from "./rooms/room-context.ts";
import { createRooms } from "./rooms/room-directory.ts";
import { RoomHandles } from "./rooms/room-handles.ts";
import type { Rooms } from "./rooms/rooms.ts";
import { UnreadableRooms } from "./rooms/unreadable-rooms.ts";
import { loadBaseState } from "./stores/base-state.ts";
import { memoryStore } from "./stores/memory-store.ts";
import { clearTables, syncedTables } from "./stores/store.ts";
import { createTimelines } from "./timeline/open-timelines.ts";
import { TimelineFeed } from "./timeline/timeline-feed.ts";
import { applyLate, applySync, type SyncTargets } from "./sync/apply-sync.ts";
import { ClientRunner } from "./sync/client-runner.ts";
import { EditCheck } from "./sync/edit-check.ts";
import { hasSlidingSync, type SyncProtocol } from "./sync/sync-protocol.ts";
import { SyncLoop } from "./sync/sync-loop.ts";

/** How long a room that was just joined is waited for, in milliseconds. */
const joinWaitMs = 5000;

/** The parts of a client that talk to the server as somebody. */
interface Connection {
  readonly sessions: SessionHolder;
  readonly http: HttpClient;
  readonly oauth: Loaded<AuthorizationServer>;
  readonly logins: LoginParts["logins"];
  readonly parts: HttpClientParts;
  /** Hears of each exchange whether there was an answer. */
  readonly network: { heard?: (reachable: boolean) => void };
  readonly options: Required<Pick<HttpClientParts, "fetch" | "clock" | "retry" | "logger" | "parsing">> & {
    readonly store: NonNullable<ClientOptions["store"]>;
    readonly encryption: EncryptionOptions | undefined;
    readonly sync: NonNullable<ClientOptions["sync"]>;
  };
  /** Only of a client with encryption. */
  readonly createEncryption: typeof createEncryption | undefined;
}

/**
 * Creates a client of a homeserver, named by its server name or the URL of its client-server API, or of a session. A
 * session that the store holds is taken up again, without asking the server.
 *
 * @throws {ClientError} `DISCOVERY_FAILED`; `INVALID_OPTIONS` for an option that does not exist.
 * @example
 * await using client = await createClient("example.org");
 * await client.login.password("alice", password);
 * await client.start();
 */
export async function createClient(homeserver: string | Session, options: ClientOptions = {}): Promise<Client> {
  requireKnownOptions(options);
  const connection = await connect(homeserver, options);
  return composeClient(connection);
}

async function connect(homeserver: string | Session, given: ClientOptions): Promise<Connection> {
  const options = {
    store: given.store ?? memoryStore(),
    // Looked up at each call, so that whoever replaces it later is heard.
    fetch: given.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    logger: given.logger ?? problemLogger,
    clock: given.clock ?? platformClock,
    retry: retryPolicy(given.retry),
    parsing: given.parsing ?? "lenient",
    sync: given.sync ?? "v3",
    encryption: given.encryption === true ? {} : given.encryption || undefined,
  } satisfies Connection["options"];
  const senderTo = (url: string): HttpClient => new HttpClient({ ...options, baseUrl: () => url });
  const askVersions = (url: string, request?: RequestOptions): Promise<GetVersionsResponse> => senderTo(url).send(getVersions, {}, request);
  const plain = (): HttpClient => new HttpClient({ ...options, baseUrl: (): string => baseUrl, supported });
  const logins = loaded(() => import("./auth/create-logins.ts"));
  const oauth = loaded<AuthorizationServer>(async () => {
    const { createAuthorizationServer } = await logins();
    const exchange: AuthorizationServerParts["exchange"] = (...request) => fetchOnce(options.fetch, ...request);
    return createAuthorizationServer({ ...options, exchange, http: plain(), homeserver: () => baseUrl });
  });
  const sessions: SessionHolder = new SessionHolder({ ...options, plain, oauth });
  const asked = typeof homeserver === "string" ? homeserver : homeserver.homeserver;
  if (typeof homeserver !== "string") await sessions.begin(homeserver);
  const restored = await sessions.restore(asked);
  const baseUrl: string = restored?.session.homeserver ?? (await (await logins()).discoverHomeserver(asked, { senderTo, askVersions }));
  if (!restored) await sessions.keepServer({ asked });
  let known: Promise<SupportedVersions | undefined> | undefined = restored?.supported && Promise.resolve(restored.supported);
  const supported = (): Promise<SupportedVersions | undefined> => (known ??= learnVersions().catch(forget));
  const learnVersions = async (): Promise<SupportedVersions> => {
    const { versions, unstable_features: features } = await askVersions(baseUrl);
    await sessions.keepServer({ asked, supported: { versions, features } });
    return { versions, features };
  };
  const forget = (error: unknown): never => {
    known = undefined;
    throw error;
  };
  const parts: HttpClientParts = { ...options, baseUrl: (): string => baseUrl, supported };
  const network: Connection["network"] = {};
  const http = new HttpClient({ ...parts, credentials: sessions, onReached: (reachable) => network.heard?.(reachable) });
  const encryption = options.encryption && (await loaded(() => import("./encryption/create-encryption.ts"))());
  return { sessions, parts, network, options, http, oauth, logins, createEncryption: encryption?.createEncryption };
}

function composeClient(connection: Connection): Client {
  const { sessions, http, parts, options } = connection;
  const composed = composeRooms(connection);
  const { context, handles, outbox, events, notifications, loop, rooms, cipher, encryption, feed } = composed;
  const { clock } = options;
  const runner = new ClientRunner({ loop, clock, outbox, prepare: createPreparation(connection, composed) });
  sessions.session.subscribe((session) => session && outbox.resume());
  connection.network.heard = (reachable) => loop.hint(reachable);
  const auth = createAuthentication({ ...connection, ...options, httpParts: parts });
  return {
    session: sessions.session,
    get userId() {
      return context.userId();
    },
    login: auth.login,
    register: (registration) => auth.register(registration),
    async logout() {
      await runner.stop();
      const forget = sessions.session.value;
      await auth.logout();
      await cipher.close({ forget });
      outbox.clear();
      loop.forgetPosition();
      feed.reset();
      handles.reset(emptyBaseState);
    },
    rooms,
    accountData: handles.accountData,
    encryption,
    media: context.media,
    profile: createProfile(context),
    outbox: outbox.list,
    online: loop.online,
    ...listening(events, notifications),
    start: (abortable) => runner.start(abortable),
    run: (abortable) => runner.run(abortable),
    stop: () => runner.stop(),
    api: http,
    async [Symbol.asyncDispose]() {
      await runner.stop();
      await cipher.close();
      await options.store[Symbol.asyncDispose]();
    },
  };
}

/** The parts of a client that know of rooms. */
interface RoomParts extends PreparationTargets {
  readonly context: RoomContext;
  readonly events: EventDispatcher;
  readonly notifications: NotificationSource;
  readonly rooms: Rooms;
  readonly encryption: Encryption;
}

function composeRooms(connection: Connection): RoomParts {
  const { http, options } = connection;
  const { store, clock, logger } = options;
  const knownRooms = { base: () => handles.base, isCurrent: () => loop.online.value === "syncing", plain: new Set<RoomId>() };
  const events = new EventDispatcher(logger);
  const intake = loaded(() => import("./sync/intake.ts"));
  const rules = new PushEvaluator(async () => (await intake()).compilePushRules);
  const notifications = new NotificationSource(rules);
  const handles: RoomHandles = new RoomHandles(events, () => context);
  const onLate = (late: UndecryptedEvent): Promise<void> => applyLate(targets, late, store);
  const addMembers: ClientEncryptionParts["addMembers"] = (roomId, members) => context.addMembers(roomId, members);
  const { cipher, encryption } = composeEncryption(connection, { ...knownRooms, addMembers, onLate }, async (userId) => {
    const { id } = await rooms.dm(userId);
    return id;
  });
  const outbox = new Outbox({ ...options, http, seal: (roomId, event) => cipher.seal(roomId, event) });
  const feed = new TimelineFeed(
    loaded(async () => {
      const { EventCache } = await intake();
      return new EventCache({ store, room: (id) => handles.base.rooms.get(id) });
    }),
  );
  const timelines = createTimelines({ context: () => context, feed, outbox, watchKeys: (callback) => cipher.watchKeys(callback) });
  const context: RoomContext = createContext(connection, { handles, outbox, cipher, feed, timelines });
  const isHeard = (type: string): boolean => events.hasListeners(type) || notifications.isWanted;
  const edits = new EditCheck({ http, logger, isHeard, reveal: context.reveal });
  const unreadable = options.encryption ? undefined : new UnreadableRooms(logger);
  const targets: SyncTargets = { context, handles, events, notifications, rules, edits, unreadable, feed };
  const loop = createLoop(connection, targets, cipher);
  const rooms = createRooms({
    context,
    invites: handles.invites,
    known: (id) => handles.known(id),
    joined: (id) => awaitJoin(handles.get(id), loop, clock),
    list: (list) => handles.list(list),
    events,
    logger,
  });
  return { context, handles, outbox, events, notifications, loop, rooms, cipher, encryption, feed, rules };
}

function createLoop(connection: Connection, targets: SyncTargets, cipher: Cipher): SyncLoop {
  const { http, options } = connection;
  const { handles, feed, edits, rules } = targets;
  return new SyncLoop({
    ...options,
    http,
    edits,
    protocol: createProtocol(connection, () => handles.base),
    async takeIn(taken, incremental) {
      await rules.load();
      return cipher.takeIn(taken, incremental);
    },
    wasJoined: (id) => handles.base.rooms.get(id)?.membership === "join",
    lastEventId: (id) => handles.base.rooms.get(id)?.lastEventId,
    persist: (changes, batches) => feed.persist(changes, batches),
    goBack: () => feed.goBack(),
    startOver: async () => {
      await clearTables(options.store, syncedTables);
      feed.reset();
      handles.reset(emptyBaseState);
    },
    apply: (response, sync) => applySync(targets, response, sync),
  });
}

/** Makes what chooses how to sync: once for each client. */
function createProtocol({ http, parts, options }: Connection, base: () => BaseState): () => Promise<SyncProtocol> {
  let chosen: SyncProtocol | undefined;
  const supported = async (): Promise<SupportedVersions | undefined> => parts.supported?.();
  // Loaded where it is wanted: each brings the declarations of its requests along.
  const [v3, sliding] = [loaded(() => import("./sync/v3-protocol.ts")), loaded(() => import("./sync/sliding-protocol.ts"))];
  return async () => {
    if (chosen) return chosen;
    const { sync } = options;
    const isSliding = sync === "sliding" || (sync === "auto" && hasSlidingSync(await supported()));
    chosen = isSliding ? (await sliding()).slidingProtocol({ http, base, supported }) : (await v3()).v3Protocol(http);
    return chosen;
  };
}

function composeEncryption(
  { sessions, http, parts, options, createEncryption }: Connection,
  rooms: Pick<ClientEncryptionParts, "base" | "isCurrent" | "addMembers" | "onLate" | "plain">,
  directChat: (userId: UserId) => Promise<RoomId>,
): EncryptionParts {
  if (!options.encryption || !createEncryption) return noEncryption(http, rooms);
  const session = (): Session | undefined => sessions.session.value;
  return createEncryption({ ...options, ...rooms, http, options: options.encryption, session }, { baseUrl: parts.baseUrl, directChat });
}

function listening(events: EventDispatcher, notifications: NotificationSource): Pick<Client, "on" | "events" | "notifications"> {
  return {
    on: (of: string | EventDef<string, unknown>, callback: (event: never) => unknown, abortable = {}) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the dispatcher delivers only events that were checked to be of the type
      events.listen(of, callback as (event: MatrixEvent) => unknown, abortable),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    events: (type, abortable = {}) => events.iterate(type, abortable) as AsyncIterable<never>,
    notifications: (abortable) => notifications.iterate(abortable),
  };
}

interface ContextTimelines {
  readonly timelines: ReturnType<typeof createTimelines>;
}

function createContext(
  { sessions, http, options }: Connection,
  { handles, outbox, cipher, feed, timelines }: Pick<RoomParts, "handles" | "outbox" | "cipher" | "feed"> & ContextTimelines,
): RoomContext {
  const { store, fetch } = options;
  return {
    http,
    media: createMedia(http, fetch),
    userId: () => {
      const id = sessions.session.value?.userId;
      if (id === undefined) throw new ClientError("NOT_LOGGED_IN", "log in first");
      return id;
    },
    base: () => handles.base,
    enqueue: (request) => outbox.send(request),
    pendingIn: (roomId) => outbox.pendingIn(roomId),
    sentAs: (localId) => outbox.sentAs(localId),
    reveal: (roomId, event) => cipher.reveal(roomId, event),
    admitFile: (roomId) => cipher.admit(roomId, "m.room.message"),
    inviting: async (roomId, userId) => {
      if (handles.get(roomId).can("invite")) await cipher.invite(roomId, userId);
    },
    joining: (roomId, join) => cipher.join(roomId, handles.get(roomId).inviter?.id, join),
    addMembers: async (roomId, members) => {
      const { room, changes } = handles.addMembers(roomId, members);
      await store.write(changes);
      return room;
    },
    forget: async (roomId) => {
      await store.write(handles.forget(roomId));
      await feed.forget(roomId);
    },
    ...timelines,
  };
}

interface PreparationTargets {
  readonly cipher: Cipher;
  readonly handles: RoomHandles;
  readonly outbox: Outbox;
  readonly loop: SyncLoop;
  readonly feed: TimelineFeed;
  readonly rules: PushEvaluator;
}

/** Makes what is done before each start: loads what the store knows, once for each user. */
function createPreparation(
  { sessions, options: { store } }: Connection,
  { handles, outbox, loop, cipher, feed, rules }: PreparationTargets,
): () => Promise<boolean> {
  let loadedFor: UserId | undefined;
  return async () => {
    const session = sessions.session.value;
    if (!session) throw new ClientError("NOT_LOGGED_IN", "log in first");
    // Begun here, so that it is there when it is wanted: a page that is open for long may find the files of its version gone.
    for (const load of [rules.load, actions]) void load().catch(() => {});
    // A refreshed token and another device change nothing, another user everything.
    if (loadedFor !== session.userId) {
      if (loadedFor !== undefined) {
        outbox.clear();
        loop.forgetPosition();
        feed.reset();
      }
      handles.reset(await loadBaseState(store));
      loadedFor = session.userId;
    }
    await cipher.start();
    await outbox.restore();
    return (await store.get("sync", "token")) !== undefined;
  };
}

/** Waits a while until sync tells of a room that was just joined. */
async function awaitJoin(room: Room, loop: SyncLoop, clock: TimerClock): Promise<Room> {
  if (loop.online.value !== "syncing" || room.membership === "join") return room;
  const over = new AbortController();
  await Promise.race([room.info.until(() => room.membership === "join", over), clock.sleep(joinWaitMs, over.signal)]).catch(() => {});
  over.abort();
  return room;
}
