import { MatrixError } from "@patrix/api";
import { clearTypes, deleteDatabases, type Logger, type OpenKeyStore, pauseMs } from "@patrix/client";
import { CryptoError, type Decryption, type RoomKeyId } from "@patrix/client-crypto";
import { LruCache, type TimerClock } from "@patrix/concurrency";
import type { ClientEvent } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import { AppserviceError } from "../errors.ts";
import { type DeviceNews, messagesLane, type News } from "../intake/read-transaction.ts";
import type { Ghosts } from "../intents/ghosts.ts";
import type { Homeserver } from "../intents/homeserver.ts";
import type { DurableQueue } from "../queue/durable-queue.ts";
import type { AppserviceStore } from "../store/appservice-store.ts";
import { DeviceChanges } from "./device-changes.ts";
import type { EncryptedRooms } from "./encrypted-rooms.ts";
import { GhostDevices } from "./ghost-devices.ts";
import { KeyWaits } from "./key-waits.ts";
import { LateEvents } from "./late-events.ts";
import { databaseName, OpenDevice } from "./open-device.ts";
import { OpenDevices } from "./open-devices.ts";
import { refusePlainFiles } from "./plain-files.ts";
import { RefusedVerifications } from "./refused-verifications.ts";
import type { AppserviceCipher, OutgoingEvent, RevealedEvent, SealedEvent, SealingUser } from "./appservice-cipher.ts";

/** Options of encryption. */
export interface AppserviceEncryptionOptions {
  /**
   * Whose devices get keys, and from whose devices events are taken: those of everyone, or only devices that their owner has signed.
   * Default: `everyone`.
   */
  readonly trust?: "everyone" | "cross-signed" | undefined;
  /** How many devices are open at once, the bot's among them: each takes memory. At least 2. Default: 32. */
  readonly openDevices?: number | undefined;
}

/** What a {@link AppserviceEncryption} works with. */
export interface AppserviceEncryptionParts {
  readonly serviceId: string;
  readonly botId: UserId;
  readonly store: AppserviceStore;
  readonly homeserver: Homeserver;
  readonly ghosts: Ghosts;
  readonly rooms: EncryptedRooms;
  readonly clock: TimerClock;
  readonly logger: Logger;
  readonly options: AppserviceEncryptionOptions;
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
}

const DEFAULT_OPEN_DEVICES = 32;
/** How long a device that nobody uses stays open, in milliseconds. */
const IDLE_MS = 300_000;
/** A device with fewer one-time keys than this makes new ones, even where it has to be opened for that. */
const FEW_KEYS = 25;
/** Of how many room keys it is known who has had them last. */
const REMEMBERED_KEYS = 10_000;
const MAX_PAUSE_MS = 60_000;

/**
 * End-to-end encryption of an application service: its bot reads, and every ghost writes with a device of its own, which is made when the
 * ghost has something to say in an encrypted room.
 */
export class AppserviceEncryption implements AppserviceCipher {
  readonly #parts: AppserviceEncryptionParts;
  readonly #keys: OpenKeyStore;
  readonly #devices: GhostDevices;
  readonly #changes = new DeviceChanges();
  readonly #late: LateEvents;
  readonly #open: OpenDevices;
  /** Who has had a room key, by its session. */
  readonly #holders = new LruCache<string, UserId>(REMEMBERED_KEYS);
  /** What events that are to be handled have become. */
  readonly #decrypted = new WeakMap<ClientEvent, Decryption>();
  readonly #waits: KeyWaits;
  readonly #refused: RefusedVerifications;
  readonly #background = new Set<Promise<void>>();
  #queue: DurableQueue<News> | undefined;

  private constructor(parts: AppserviceEncryptionParts, { keys, late }: { keys: OpenKeyStore; late: LateEvents }) {
    const { store, homeserver, ghosts, clock, serviceId, botId, options } = parts;
    this.#parts = parts;
    this.#waits = new KeyWaits(clock, parts.signal);
    this.#keys = keys;
    this.#late = late;
    this.#devices = new GhostDevices({ store, homeserver, ghosts, deviceName: serviceId });
    this.#refused = new RefusedVerifications({ ...parts, cipher: this });
    this.#open = new OpenDevices({
      open: (userId) => this.#openDevice(userId),
      pinned: botId,
      clock,
      limit: Math.max(2, options.openDevices ?? DEFAULT_OPEN_DEVICES),
      idleMs: IDLE_MS,
    });
  }

  /** Opens the store of keys. @throws {AppserviceError} `INVALID_OPTIONS`. @throws {ClientError} `STORE_IN_USE`, `UNSUPPORTED_PLATFORM`. */
  static async open(parts: AppserviceEncryptionParts): Promise<AppserviceEncryption> {
    const { store, serviceId } = parts;
    if (!store.keys) throw new AppserviceError("INVALID_OPTIONS", "encryption: needs a store that keeps keys, as sqliteStore is");
    const keys = await store.keys.open(`patrix|${serviceId}`);
    return new AppserviceEncryption(parts, { keys, late: await LateEvents.open(store) });
  }

  start(queue: DurableQueue<News>): void {
    this.#queue = queue;
    this.#goOn(this.#prepareBot(), "the device of the bot is not there");
    this.#goOn(this.#late.handleAgain(queue), "events that wait for keys are not handled again");
  }

  notice(event: ClientEvent): void {
    if (isEncrypted(event)) this.#waits.begin(event);
    this.#parts.rooms.notice(event);
  }

  async settled(event: ClientEvent, lanesDone: (prefix: string) => Promise<void>): Promise<void> {
    if (!isEncrypted(event)) return;
    await lanesDone(messagesLane(this.#parts.botId));
    let decrypted = await this.#decrypt(event);
    if (isKeyMissing(decrypted)) {
      // The key may be with a ghost who was not known to read there.
      await lanesDone(messagesLane());
      decrypted = await this.#decrypt(event);
    }
    // Homeservers that were kept waiting tell of events before their keys.
    if (isKeyMissing(decrypted) && (await this.#waits.forKeyOf(event))) decrypted = await this.#decrypt(event);
    this.#decrypted.set(event, decrypted);
  }

  async reveal({ id }: { readonly id: string }, event: ClientEvent, isLate: boolean): Promise<RevealedEvent | undefined> {
    if (event.type === "m.room.encryption" && event.state_key === "") await this.#parts.rooms.remember(event.room_id, event.content);
    if (!isEncrypted(event)) {
      await this.#refused.inRoom(event);
      return { event };
    }
    const decrypted = this.#decrypted.get(event) ?? (await this.#decrypt(event));
    if (decrypted.outcome === "decrypted") {
      const { type, content, authenticity } = decrypted;
      const revealed = { ...event, type, content };
      await this.#refused.inRoom(revealed);
      return { event: revealed, encryption: authenticity };
    }
    const { reason, withheld } = decrypted;
    if (decrypted.isKeyMissing) await this.#late.add(id, event);
    return isLate ? undefined : { event, encryption: { state: "failed", reason, withheld } };
  }

  async takeIn(news: Exclude<News, { kind: "event" }>): Promise<void> {
    if (news.kind === "devices") return this.#takeDevices(news.devices);
    const { to_user_id: userId, to_device_id: deviceId, ...message } = news.event;
    const device = await this.#devices.find(userId);
    if (device?.deviceId !== deviceId) {
      this.#parts.logger.debug(`encryption: a message to ${userId} ${deviceId} is for a device that is not this service's`);
      return;
    }
    await this.#open.use(userId, (opened) => opened.receive({ toDevice: [message] }));
    await this.#refused.betweenDevices(news.event);
  }

  async encrypts({ http }: SealingUser, roomId: RoomId): Promise<boolean> {
    return (await this.#parts.rooms.settingsOf(http, roomId)) !== undefined;
  }

  async seal({ userId, http }: SealingUser, roomId: RoomId, event: OutgoingEvent): Promise<SealedEvent> {
    if (clearTypes.has(event.type)) return event;
    const settings = await this.#parts.rooms.settingsOf(http, roomId);
    if (!settings) return event;
    refusePlainFiles(event.content);
    const { userIds, historyVisibility } = await this.#parts.rooms.recipientsOf(http, roomId);
    const readers = userIds.filter((id) => id === userId || id === this.#parts.botId || !this.#parts.ghosts.isOwn(id));
    return attempt(
      this.#open.use(userId, async ({ encryption, deviceId }) => {
        const content = await encryption.encrypt(roomId, event, { userIds: readers, historyVisibility, settings });
        return { type: "m.room.encrypted", content, deviceId };
      }),
    );
  }

  async prepare(userId: UserId, roomId: RoomId): Promise<void> {
    const device = await this.#devices.find(userId);
    if (device?.isPublished !== true && (await this.#parts.rooms.isEncrypted(roomId))) await this.enable(userId);
  }

  async renew(userId: UserId, error: unknown): Promise<boolean> {
    const device = MatrixError.is(error, "M_UNKNOWN_DEVICE") ? await this.#devices.find(userId) : undefined;
    if (!device) return false;
    this.#parts.logger.warn(
      `encryption: the homeserver does not know device ${device.deviceId} of ${userId} any more; it gets another one`,
    );
    await this.#open.close(userId);
    await this.#forget(userId, device.deviceId);
    return true;
  }

  async enable(userId: UserId): Promise<void> {
    await attempt(this.#open.use(userId, async () => {}));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#background);
    await this.#open.closeAll();
    await this.#keys.close();
  }

  async #takeDevices({ lists, oneTimeKeys = {}, unusedFallbackTypes = {} }: DeviceNews): Promise<void> {
    const changed = [...(lists?.changed ?? []), ...(lists?.left ?? [])];
    this.#changes.add(changed);
    if (changed.length > 0) for (const userId of this.#open.users) await this.#open.use(userId, (opened) => opened.receiveChanges());
    for (const [userId, byDevice] of Object.entries(oneTimeKeys)) {
      // Keys of this record were checked as user IDs.
      const device = await this.#devices.find(userId as UserId);
      const counted = device && byDevice[device.deviceId];
      if (!counted) continue;
      const unused = unusedFallbackTypes[userId]?.[device.deviceId];
      const isLow = (counted["signed_curve25519"] ?? 0) < FEW_KEYS || unused?.length === 0;
      if (isLow) await this.#open.use(userId as UserId, (opened) => opened.supply(unused));
    }
  }

  /** Tries those who may have the key, the bot first. */
  async #decrypt(event: ClientEvent): Promise<Decryption> {
    const { rooms, botId } = this.#parts;
    const sessionId = event.content["session_id"];
    const holder = typeof sessionId === "string" ? this.#holders.get(sessionId) : undefined;
    const readers = new Set([botId, ...[holder, await rooms.readerOf(event.room_id)].flatMap((each) => each ?? [])]);
    let last: Decryption = { outcome: "undecryptable", reason: "nobody can read it", isKeyMissing: true };
    for (const userId of readers) {
      last = await attempt(this.#open.use(userId, ({ encryption }) => encryption.decrypt(event.room_id, { ...event })));
      if (!isKeyMissing(last)) return last;
    }
    return last;
  }

  async #openDevice(userId: UserId): Promise<OpenDevice> {
    const { homeserver, clock, logger, options } = this.#parts;
    const { name: storeName, passphrase } = this.#keys;
    const parts = {
      homeserver,
      clock,
      logger,
      storeName,
      passphrase,
      trust: options.trust,
      devices: this.#devices,
      changes: this.#changes,
    };
    const onKeys = (by: UserId, keys: readonly RoomKeyId[]): void => {
      for (const key of keys) this.#goOn(this.#noteKey(by, key), "events whose key has come are not handled again");
    };
    const device = await this.#devices.ensure(userId);
    let opened: OpenDevice;
    try {
      opened = await OpenDevice.open({ ...parts, onKeys }, userId, device);
    } catch (error) {
      if (!(error instanceof CryptoError && error.code === "DEVICE_KEYS_LOST")) throw error;
      logger.warn(`encryption: the keys of ${userId} are lost; it gets another device`, error);
      await this.#forget(userId, device.deviceId);
      return this.#openDevice(userId);
    }
    if (!device.isSigned) await this.#sign(userId, opened);
    return opened;
  }

  /** Gives a ghost an identity, so that its device is one that its owner has signed. The identity of people is their own. */
  async #sign(userId: UserId, { deviceId, encryption }: OpenDevice): Promise<void> {
    const { ghosts, logger } = this.#parts;
    if (!ghosts.isOwn(userId)) return;
    try {
      // Nobody is asked who is an application service.
      await encryption.account.makeIdentity({ authenticate: (send) => send(undefined), replaces: true });
      await this.#devices.note(userId, deviceId, { isSigned: true });
    } catch (error) {
      logger.warn(`encryption: the device of ${userId} is not signed; again when it is opened next`, error);
    }
  }

  async #forget(userId: UserId, deviceId: string): Promise<void> {
    await this.#devices.forget(userId, deviceId);
    await deleteDatabases(globalThis.indexedDB, databaseName(this.#keys.name, userId, deviceId));
  }

  async #noteKey(userId: UserId, { roomId, sessionId }: RoomKeyId): Promise<void> {
    const { rooms, botId } = this.#parts;
    this.#waits.keyCame(sessionId);
    if (userId !== botId) {
      this.#holders.set(sessionId, userId);
      if (this.#late.isWanted(roomId, sessionId) || (await rooms.readerOf(roomId)) === undefined) await rooms.noteReader(roomId, userId);
    }
    if (this.#queue) await this.#late.handleAgain(this.#queue, { roomId, sessionId });
  }

  async #prepareBot(): Promise<void> {
    const { botId, clock, logger, signal } = this.#parts;
    for (let attempts = 1; !signal.aborted; attempts += 1) {
      try {
        await this.enable(botId);
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn("encryption: the device of the bot is not there yet", error);
        await clock.sleep(pauseMs(error, attempts, MAX_PAUSE_MS), signal).catch(() => {});
      }
    }
  }

  #goOn(task: Promise<void>, failure: string): void {
    const running = task
      .catch((error: unknown) => this.#parts.logger.warn(`encryption: ${failure}`, error))
      .finally(() => this.#background.delete(running));
    this.#background.add(running);
  }
}

/** State is not encrypted; what pretends to be is left as it is. */
function isEncrypted({ type, state_key: key }: ClientEvent): boolean {
  return type === "m.room.encrypted" && key === undefined;
}

function isKeyMissing(decryption: Decryption): boolean {
  return decryption.outcome === "undecryptable" && decryption.isKeyMissing;
}

/** Gives errors of encryption a code of this package; what requests fail with stays what it is. */
async function attempt<T>(task: Promise<T>): Promise<T> {
  try {
    return await task;
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new AppserviceError("ENCRYPTION_FAILED", error.message, error);
  }
}
