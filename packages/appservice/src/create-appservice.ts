import { checkRegistration, ping, sendTransaction } from "@patrix/appservice-api";
import { type Logger, MatrixError, memoryStore, platformClock, problemLogger, type RetryOptions, retryPolicy } from "@patrix/client";
import { getTokenOwner, pingAppservice } from "@patrix/client-api";
import { KeyedQueue, type TimerClock } from "@patrix/concurrency";
import type { ClientEvent } from "@patrix/events";
import { isUserId, parseUserId, type UserId } from "@patrix/identifiers";
import { byHomeserverToken, handle } from "@patrix/server";
import { nodeListener } from "@patrix/server/node";
import type { Appservice } from "./appservice.ts";
import { AppserviceError } from "./errors.ts";
import { answerQueries, type QueryAnswers } from "./intake/answer-queries.ts";
import { EncryptedRooms } from "./encryption/encrypted-rooms.ts";
import { noCipher, type AppserviceCipher } from "./encryption/appservice-cipher.ts";
import type { AppserviceEncryptionOptions, AppserviceEncryptionParts } from "./encryption/appservice-encryption.ts";
import { EventRouter } from "./intake/event-router.ts";
import type { News } from "./intake/read-transaction.ts";
import { TransactionIntake } from "./intake/transaction-intake.ts";
import type { IntentParts } from "./intents/acting-user.ts";
import { createIntent } from "./intents/create-intent.ts";
import { isMarkedAsOwn } from "./intents/double-puppet.ts";
import { Ghosts } from "./intents/ghosts.ts";
import { Homeserver } from "./intents/homeserver.ts";
import { Memberships } from "./intents/memberships.ts";
import { DurableQueue, type QueueItem } from "./queue/durable-queue.ts";
import type { FullRegistration } from "./registration/create-registration.ts";
import { type AppserviceStore, change } from "./store/appservice-store.ts";

/** Options of {@link createAppservice}. */
export interface AppserviceOptions {
  registration: FullRegistration;
  /** Where the homeserver is, as `http://127.0.0.1:8008`. */
  homeserverUrl: string;
  /** Default: asked of the homeserver, and kept in the store. */
  serverName?: string | undefined;
  /** What is remembered over restarts; memory by default, which loses with the process what was answered and not handled. */
  store?: AppserviceStore | undefined;
  /**
   * End-to-end encryption: events are decrypted before they are handled, and encrypted where the room is. Needs a store that keeps keys, as
   * {@link sqliteStore} does, and `org.matrix.msc3202` in the registration. Without it nothing is sent into encrypted rooms. Default: `false`.
   */
  encryption?: boolean | AppserviceEncryptionOptions | undefined;
  /** How the queries of the homeserver are answered. */
  queries?: QueryAnswers | undefined;
  /** Default: problems go to the console. */
  logger?: Logger | undefined;
  retry?: RetryOptions | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  clock?: TimerClock | undefined;
  /** Ends the wait for a homeserver that is away. */
  signal?: AbortSignal | undefined;
}

/** Largest transaction in bytes: a hundred of the largest events. */
const MAX_TRANSACTION_BYTES = 16 * 1_048_576;
/** How long handlers may take to end when the service stops, before their requests are ended, in milliseconds. */
const GRACE_MS = 10_000;
/** Names of queues of one's own. */
const QUEUE_NAME = /^[a-zA-Z0-9-]{1,64}$/;

/**
 * Creates an application service. The first time it waits until the homeserver is there, to learn its name.
 *
 * @throws {AppserviceError} `INVALID_REGISTRATION`, or `WRONG_TOKEN` where the homeserver does not know the registration.
 * @example
 * const service = await createAppservice({ registration, homeserverUrl: "http://127.0.0.1:8008", store: sqliteStore("irc.db") });
 * service.on("m.room.message", async (event) => {
 *   if (event.content.body === "!ping") await service.bot.sendNotice(event.room_id, "pong");
 * });
 * createServer(service.listener).listen(9000, "127.0.0.1");
 * service.start();
 */
export async function createAppservice(options: AppserviceOptions): Promise<Appservice> {
  const { store = memoryStore<string>(), logger = problemLogger, clock = platformClock, fetch = globalThis.fetch } = options;
  const checked = checkRegistration(options.registration, options.serverName);
  if (!checked.ok) throw new AppserviceError("INVALID_REGISTRATION", checked.problems.join("; "));
  const { registration } = checked;
  const stopped = new AbortController();
  const homeserver = new Homeserver({
    url: options.homeserverUrl,
    asToken: registration.as_token,
    fetch,
    clock,
    logger,
    retry: retryPolicy(options.retry),
    signal: stopped.signal,
  });
  const serverName = options.serverName ?? (await learnServerName(homeserver, store, options.signal));
  const ghosts = new Ghosts({ registration, serverName, store, http: homeserver.as() });
  const botId = toUserId(registration.sender_localpart, serverName);
  const rooms = new EncryptedRooms(store, clock);
  const { signal } = stopped;
  const cipher = await openCipher(options.encryption, { registration, botId, store, homeserver, ghosts, rooms, clock, logger, signal });
  const memberships = new Memberships();
  const isOwn = ({ sender, content }: ClientEvent): boolean => ghosts.isOwn(sender) || isMarkedAsOwn(content, registration.id);
  const router = new EventRouter(logger, isOwn);
  // What nobody hears is not decrypted.
  const isUnheard = ({ type, sender }: ClientEvent): boolean => type === "m.room.encrypted" && ghosts.isOwn(sender) && !router.hearsOwn;
  const queue = await DurableQueue.open<News>({
    store,
    clock,
    logger,
    name: "homeserver",
    ready: async ({ value }) => {
      if (value.kind === "event" && !isUnheard(value.event)) await cipher.settled(value.event, (lanes) => queue.lanesDone(lanes));
    },
    handle: (item, signal) => handleNews(item, signal, { cipher, router, memberships, isUnheard }),
  });
  const notice = (event: ClientEvent): void => cipher.notice(event);
  const intake = await TransactionIntake.open({ store, queue, logger, notice, ephemeral: (event) => void router.pass(event) });
  const sends = new KeyedQueue<string>();
  const parts: IntentParts = { homeserver, ghosts, memberships, cipher, sends, botId, serviceId: registration.id, fetch };
  return compose(options, { registration, serverName, store, logger, clock, router, queue, intake, parts, stopped });
}

/** Opens what encrypts and decrypts. It is loaded apart: the engine has eight megabytes. */
async function openCipher(
  encryption: AppserviceOptions["encryption"],
  { registration, ...parts }: Omit<AppserviceEncryptionParts, "options" | "serviceId"> & { readonly registration: FullRegistration },
): Promise<AppserviceCipher> {
  if (encryption === undefined || encryption === false) return noCipher(parts.rooms);
  if (registration["org.matrix.msc3202"] !== true)
    throw new AppserviceError("INVALID_OPTIONS", 'encryption: needs "org.matrix.msc3202": true in the registration');
  const { AppserviceEncryption } = await import("./encryption/appservice-encryption.ts");
  return AppserviceEncryption.open({ ...parts, serviceId: registration.id, options: encryption === true ? {} : encryption });
}

interface NewsHandlers extends Pick<IntentParts, "cipher" | "memberships"> {
  readonly router: EventRouter;
  readonly isUnheard: (event: ClientEvent) => boolean;
}

async function handleNews(
  { id, value }: QueueItem<News>,
  signal: AbortSignal,
  { cipher, router, memberships, isUnheard }: NewsHandlers,
): Promise<void> {
  if (value.kind !== "event") {
    await cipher.takeIn(value);
    await router.handle(value, { signal });
    return;
  }
  memberships.note(value.event);
  if (isUnheard(value.event)) return;
  const revealed = await cipher.reveal({ id }, value.event, value.isLate === true);
  if (revealed) await router.handle({ kind: "event", event: revealed.event }, { signal, encryption: revealed.encryption });
}

interface Composition {
  readonly registration: FullRegistration;
  readonly serverName: string;
  readonly store: AppserviceStore;
  readonly logger: Logger;
  readonly clock: TimerClock;
  readonly router: EventRouter;
  readonly queue: DurableQueue<News>;
  readonly intake: TransactionIntake;
  readonly parts: IntentParts;
  readonly stopped: AbortController;
}

function compose({ queries = {} }: AppserviceOptions, composition: Composition): Appservice {
  const { registration, serverName, store, logger, clock, router, queue, parts, stopped } = composition;
  const queues = new Map<string, Pick<DurableQueue<never>, "start"> & AsyncDisposable>([["homeserver", queue]]);
  let isStarted = false;
  const bot = createIntent(parts, parts.botId);
  const chain = (action: () => void): Appservice => {
    action();
    return service;
  };
  const service: Appservice = {
    registration,
    serverName,
    store,
    bot,
    queue,
    listener: createListener(composition, queries),
    intent: (userId) => (userId === parts.botId ? bot : createIntent(parts, userId)),
    userId: (localpart) => toUserId(localpart, serverName),
    isOwn: (userId) => parts.ghosts.isOwn(userId),
    on: (type, run, options) => chain(() => router.on(type, run, options)),
    onAny: (run, options) => chain(() => router.onAny(run, options)),
    onEphemeral: (run) => chain(() => router.onEphemeral(run)),
    onToDevice: (run) => chain(() => router.onToDevice(run)),
    onDevices: (run) => chain(() => router.onDevices(run)),
    async openQueue(name, run, queueOptions = {}) {
      if (!QUEUE_NAME.test(name) || queues.has(name))
        throw new AppserviceError("INVALID_OPTIONS", "name: expected one of letters, digits and - that no other queue has");
      const own = await DurableQueue.open({ store, clock, logger, name, handle: run, ...queueOptions });
      queues.set(name, own);
      if (isStarted) own.start();
      return own;
    },
    start() {
      if (isStarted) return;
      isStarted = true;
      parts.cipher.start(queue);
      for (const each of queues.values()) each.start();
    },
    async ping() {
      const answer = await bot.http.send(pingAppservice, { path: { appserviceId: registration.id } }, { idempotent: true });
      return answer.duration_ms;
    },
    async [Symbol.asyncDispose]() {
      const stopping = Promise.all([...queues.values()].map((each) => each[Symbol.asyncDispose]()));
      const inTime = new AbortController();
      await Promise.race([stopping, clock.sleep(GRACE_MS, inTime.signal).catch(() => {})]);
      inTime.abort();
      // Requests that wait for a homeserver that is away end now; what they were for is handled again.
      stopped.abort();
      await stopping;
      await parts.cipher[Symbol.asyncDispose]();
    },
  };
  return service;
}

function createListener({ registration, intake, logger }: Composition, queries: QueryAnswers): Appservice["listener"] {
  const transactions = handle(
    sendTransaction,
    async ({ path, body }) => {
      await intake.take(path.txnId, body);
      return {};
    },
    { maxBodyBytes: MAX_TRANSACTION_BYTES },
  );
  return nodeListener([transactions, handle(ping, () => ({})), ...answerQueries(queries)], {
    authenticate: byHomeserverToken(registration.hs_token),
    onError: (error, { method, path }) => logger.error(`${method} ${path} failed`, error),
  });
}

/** The name of the homeserver: as it was found once, or as it says now. */
async function learnServerName(homeserver: Homeserver, store: AppserviceStore, signal: AbortSignal | undefined): Promise<string> {
  const known = await store.get("patrix.service", "server-name");
  if (typeof known === "string") return known;
  try {
    const { user_id: userId } = await homeserver.as().send(getTokenOwner, {}, { retries: Number.POSITIVE_INFINITY, signal });
    const { serverName } = parseUserId(userId);
    await store.write([change("patrix.service", "server-name", serverName)]);
    return serverName;
  } catch (error) {
    if (!MatrixError.is(error, "M_UNKNOWN_TOKEN")) throw error;
    throw new AppserviceError(
      "WRONG_TOKEN",
      "the homeserver does not know the as_token: is the registration installed, and was it started again?",
      error,
    );
  }
}

function toUserId(localpart: string, serverName: string): UserId {
  const userId = `@${localpart}:${serverName}`;
  if (/^[a-z0-9._=\-/+]+$/.test(localpart) && isUserId(userId)) return userId;
  throw new AppserviceError(
    "INVALID_OPTIONS",
    `localpart: expected a-z, 0-9, ., _, =, -, / and +, at most 255 bytes with the server: ${userId}`,
  );
}
