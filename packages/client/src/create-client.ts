import type { SupportedVersions } from "@patrix/api";
import { getVersions, type SyncResponse } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { UserId } from "@patrix/identifiers";
import { createAuthentication } from "./auth/login.ts";
import type { Session } from "./auth/session.ts";
import { SessionHolder } from "./auth/session-holder.ts";
import { reduceSync, type SyncContext } from "./base/reduce-sync.ts";
import { emptyBaseState } from "./base/room-data.ts";
import type { Client } from "./client.ts";
import type { ClientOptions } from "./client-options.ts";
import { ClientError } from "./errors.ts";
import type { EventDef } from "./events/event-def.ts";
import { discoverHomeserver } from "./http/discover-homeserver.ts";
import { HttpClient, type HttpClientParts } from "./http/http-client.ts";
import { retryPolicy } from "./http/retry-policy.ts";
import { requireKnownOptions } from "./known-options.ts";
import { problemLogger } from "./logger.ts";
import { createMedia } from "./media/media.ts";
import { Outbox } from "./outbox/outbox.ts";
import { platformClock } from "./platform-clock.ts";
import { createProfile } from "./profile/profile.ts";
import { NotificationSource } from "./push/notifications.ts";
import { EventDispatcher } from "./rooms/event-dispatcher.ts";
import type { MatrixEvent, Room } from "./rooms/room.ts";
import type { RoomContext } from "./rooms/room-context.ts";
import { createPlainTextGuard } from "./rooms/plain-text-guard.ts";
import { createRooms } from "./rooms/room-directory.ts";
import { RoomHandles } from "./rooms/room-handles.ts";
import type { Rooms } from "./rooms/rooms.ts";
import { UnreadableRooms } from "./rooms/unreadable-rooms.ts";
import { loadBaseState, syncStoreChanges } from "./stores/base-state.ts";
import { memoryStore } from "./stores/memory-store.ts";
import { clearTables } from "./stores/store.ts";
import { ClientRunner } from "./sync/client-runner.ts";
import { EditCheck } from "./sync/edit-check.ts";
import type { Commit } from "./sync/commit-queue.ts";
import { SyncLoop } from "./sync/sync-loop.ts";

/** How long a room that was just joined is waited for, in milliseconds. */
const joinWaitMs = 5000;

/** The parts of a client that talk to the server as somebody. */
interface Connection {
  readonly sessions: SessionHolder;
  readonly http: HttpClient;
  readonly parts: HttpClientParts;
  /** Hears of each exchange whether there was an answer. */
  readonly network: { heard?: (reachable: boolean) => void };
  readonly options: Required<Pick<HttpClientParts, "fetch" | "clock" | "retry" | "logger" | "parsing">> & {
    readonly store: NonNullable<ClientOptions["store"]>;
  };
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
  } satisfies Connection["options"];
  const sessions: SessionHolder = new SessionHolder(
    options.store,
    options.clock,
    (): HttpClient => new HttpClient({ ...options, baseUrl: (): string => baseUrl, supported }),
  );
  const asked = typeof homeserver === "string" ? homeserver : homeserver.homeserver;
  if (typeof homeserver !== "string") await sessions.begin(homeserver);
  const restored = await sessions.restore(asked);
  const baseUrl: string = restored?.session.homeserver ?? (await discoverHomeserver(asked, options));
  if (!restored) await sessions.keepServer({ asked });
  let known: Promise<SupportedVersions | undefined> | undefined = restored?.supported && Promise.resolve(restored.supported);
  const supported = (): Promise<SupportedVersions | undefined> => (known ??= askVersions().catch(forget));
  const askVersions = async (): Promise<SupportedVersions> => {
    const { versions, unstable_features: features } = await new HttpClient({ ...options, baseUrl: () => baseUrl }).send(getVersions, {});
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
  return { sessions, parts, network, options, http };
}

function composeClient(connection: Connection): Client {
  const { sessions, http, parts, options } = connection;
  const { context, handles, outbox, events, notifications, loop, rooms } = composeRooms(connection);
  const { clock } = options;
  const runner = new ClientRunner({ loop, clock, outbox, prepare: createPreparation(connection, { handles, outbox, loop }) });
  sessions.session.subscribe((session) => session && outbox.resume());
  connection.network.heard = (reachable) => loop.hint(reachable);
  const auth = createAuthentication({ http, httpParts: parts, sessions, clock });
  return {
    session: sessions.session,
    get userId() {
      return context.userId();
    },
    login: auth.login,
    register: (registration) => auth.register(registration),
    async logout() {
      await runner.stop();
      await auth.logout();
      outbox.clear();
      loop.forgetPosition();
      handles.reset(emptyBaseState);
    },
    rooms,
    accountData: handles.accountData,
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
}

function composeRooms(connection: Connection): RoomParts {
  const { http, options } = connection;
  const { store, clock, logger } = options;
  const knownRooms = { base: () => handles.base, isCurrent: () => loop.online.value === "syncing" };
  const outbox = new Outbox({ ...options, http, admit: createPlainTextGuard(http, knownRooms) });
  const events = new EventDispatcher(logger);
  const notifications = new NotificationSource();
  const handles: RoomHandles = new RoomHandles(events, () => context);
  const context = createContext(connection, handles, outbox);
  const isHeard = (type: string): boolean => events.hasListeners(type) || notifications.isWanted;
  const edits = new EditCheck({ http, logger, isHeard });
  const targets = { context, handles, events, notifications, edits, unreadable: new UnreadableRooms(logger) };
  const loop = new SyncLoop({
    ...options,
    http,
    edits,
    wasJoined: (id) => handles.base.rooms.get(id)?.membership === "join",
    startOver: async () => {
      await clearTables(store, ["sync", "account-data", "rooms", "state"]);
      handles.reset(emptyBaseState);
    },
    apply: (response, sync) => applySync(targets, response, sync),
  });
  const rooms = createRooms({
    context,
    invites: handles.invites,
    known: (id) => handles.known(id),
    joined: (id) => awaitJoin(handles.get(id), loop, clock),
    list: (list) => handles.list(list),
    events,
    logger,
  });
  return { context, handles, outbox, events, notifications, loop, rooms };
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

function createContext({ sessions, http, options }: Connection, handles: RoomHandles, outbox: Outbox): RoomContext {
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
    addMembers: async (roomId, members) => {
      const { room, changes } = handles.addMembers(roomId, members);
      await store.write(changes);
      return room;
    },
    forget: (roomId) => store.write(handles.forget(roomId)),
  };
}

interface PreparationTargets {
  readonly handles: RoomHandles;
  readonly outbox: Outbox;
  readonly loop: SyncLoop;
}

/** Makes what is done before each start: loads what the store knows, once for each user. */
function createPreparation(
  { sessions, options: { store } }: Connection,
  { handles, outbox, loop }: PreparationTargets,
): () => Promise<boolean> {
  let loadedFor: UserId | undefined;
  return async () => {
    const session = sessions.session.value;
    if (!session) throw new ClientError("NOT_LOGGED_IN", "log in first");
    // A refreshed token and another device change nothing, another user everything.
    if (loadedFor !== session.userId) {
      if (loadedFor !== undefined) {
        outbox.clear();
        loop.forgetPosition();
      }
      handles.reset(await loadBaseState(store));
      loadedFor = session.userId;
    }
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

interface SyncTargets {
  readonly context: RoomContext;
  readonly handles: RoomHandles;
  readonly events: EventDispatcher;
  readonly notifications: NotificationSource;
  readonly edits: EditCheck;
  readonly unreadable: UnreadableRooms;
}

/** Takes in a response, then hands its events out in the order of each room. */
function applySync(
  { context, handles, events, notifications, edits, unreadable }: SyncTargets,
  response: SyncResponse,
  sync: Pick<SyncContext, "incremental" | "gaps">,
): Pick<Commit, "changes" | "handled"> {
  const changes = reduceSync(handles.base, response, { ...sync, userId: context.userId() });
  handles.apply(changes);
  for (const [id, { live }] of changes.rooms) for (const raw of live) unreadable.note(raw, id);
  const calls = [...changes.rooms].flatMap(([id, { live }]) =>
    live
      .filter((raw) => edits.accepts(id, raw))
      .flatMap((raw) => [events.dispatch(raw, handles.get(id), context), notifications.dispatch(raw, handles.get(id), context)]),
  );
  return { changes: syncStoreChanges(changes), handled: Promise.all(calls).then(() => {}) };
}
