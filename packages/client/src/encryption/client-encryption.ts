import type { JsonObject } from "@patrix/api";
import type { CryptoRequests, DecryptOptions, DeviceEncryption, RoomEncryptionSettings } from "@patrix/client-crypto";
import { sendMessage } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { FilledGap } from "../base/sync-changes.ts";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { Session } from "../auth/session.ts";
import { ClientError } from "../errors.ts";
import { type Subscription, subscription } from "../live/subscription.ts";
import type { Logger } from "../logger.ts";
import type { MediaSender } from "../media/media.ts";
import type { OpenKeyStore, Store } from "../stores/store.ts";
import { attempt } from "./crypto-failures.ts";
import { filesOf, memoryOf } from "./device-surroundings.ts";
import { eventsByRoom, isEncrypted, newEventsByRoom, revealResponse, syncKeysOf } from "./encrypted-sync.ts";
import type { EncryptionOptions } from "./encryption-options.ts";
import { clearTypes } from "./clear-types.ts";
import { noteEncryption } from "./event-encryption.ts";
import type { Cipher } from "./cipher.ts";
import type { Taken } from "./taken.ts";
import { findRecipients, hasSharedHistory, type RecipientParts } from "./recipients.ts";
import { encryptionInState, readEncryptionSettings } from "./room-encryption.ts";
import { type UndecryptedEvent, UndecryptedEvents } from "./undecrypted-events.ts";

/** What a {@link ClientEncryption} works with. */
export interface ClientEncryptionParts extends RecipientParts {
  readonly http: MediaSender;
  readonly store: Store;
  readonly clock: TimerClock;
  readonly logger: Logger;
  readonly fetch: typeof globalThis.fetch;
  readonly options: EncryptionOptions;
  readonly session: () => Session | undefined;
  /** Hands on an event that could be decrypted only now; resolves when everybody is done with it. */
  readonly onLate: (late: UndecryptedEvent) => Promise<void>;
}

interface OpenDevice {
  readonly device: DeviceEncryption;
  readonly keys: OpenKeyStore | undefined;
}

/** The encryption of a client: opened when it is needed, for whichever device is logged in. */
export class ClientEncryption implements Cipher {
  readonly #parts: ClientEncryptionParts;
  readonly #undecrypted: UndecryptedEvents;
  readonly #remembered = new Set<RoomId>();
  readonly #opened = new Set<(device: DeviceEncryption) => Promise<void>>();
  readonly #keyWatchers = new Set<() => void>();
  #opening: { readonly name: string; readonly opened: Promise<OpenDevice> } | undefined;
  #retries: Promise<void> = Promise.resolve();

  constructor(parts: ClientEncryptionParts) {
    this.#parts = parts;
    this.#undecrypted = new UndecryptedEvents(parts.store);
  }

  /** Opens the encryption of the device that is logged in. @throws {ClientError} `NOT_LOGGED_IN`, `STORE_IN_USE`, `ENCRYPTION_FAILED`. */
  async start(): Promise<void> {
    await this.#device();
    await this.#undecrypted.load();
    this.retryAll();
  }

  /** Who is logged in, if anybody is. */
  get userId(): UserId | undefined {
    return this.#parts.session()?.userId;
  }

  /** Calls back whenever the encryption of a device was opened. */
  onOpened(callback: (device: DeviceEncryption) => Promise<void>): void {
    this.#opened.add(callback);
  }

  /** Lets something go on by itself; the logger is told where it fails, but for a device that is closed meanwhile. */
  background(task: Promise<unknown>, failure: string): void {
    attempt(task).catch((error: unknown) => {
      if (error instanceof ClientError && error.code === "STOPPED") return;
      this.#parts.logger.warn(`encryption: ${failure}`, error);
    });
  }

  /** Uses the encryption of the device that is logged in; errors get a code of this package. */
  async use<T>(task: (device: DeviceEncryption) => Promise<T>): Promise<T> {
    return attempt(task(await this.#device()));
  }

  /** Gives errors of encryption a code of this package. */
  attempt<T>(task: Promise<T>): Promise<T> {
    return attempt(task);
  }

  /** Tries all events again that wait for a key. */
  retryAll(): void {
    this.#retry(this.#undecrypted.waitingFor());
    for (const callback of this.#keyWatchers) callback();
  }

  /** Calls back when keys have come. */
  watchKeys(callback: () => void): Subscription {
    // The same function may watch twice.
    const own = (): void => callback();
    this.#keyWatchers.add(own);
    return subscription(() => this.#keyWatchers.delete(own));
  }

  /** Waits until it is at rest and lets go of the keys; `forget` deletes those of a device that is logged out. */
  async close({ forget }: { forget?: Session | undefined } = {}): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#remembered.clear();
    // Why it could not be opened was told to who has opened it.
    const open = await opening?.opened.catch(() => {});
    await open?.device[Symbol.asyncDispose]();
    await open?.keys?.close();
    if (!forget) return;
    const { store, logger } = this.#parts;
    await store.keys?.remove(nameOf(forget)).catch((error: unknown) => {
      // Who is logged out stays so.
      logger.warn("encryption: the keys of the device that is logged out are still there", error);
    });
  }

  /** Takes in what a sync brought: keys first, then the events that they decrypt. */
  async takeIn({ response, gaps, isMore = false }: Taken, incremental: boolean): Promise<Taken> {
    const device = await this.#device();
    if (!isMore) await attempt(device.receiveSync(syncKeysOf(response)));
    for (const [roomId, events] of eventsByRoom(response)) await this.#noteSettings(device, roomId, events);
    const waiting: UndecryptedEvent[] = [];
    const reveal = async (id: string, events: readonly ClientEventWithoutRoomId[]): Promise<ClientEventWithoutRoomId[]> => {
      // Keys of these records were checked as room IDs.
      const roomId = id as RoomId;
      const shown: ClientEventWithoutRoomId[] = [];
      for (const [at, event] of events.entries()) {
        // Of what was there before the client came, a list of rooms shows the last message alone.
        const revealed = incremental || at === events.length - 1 ? await this.#decrypt(device, { roomId, event }) : { event };
        shown.push(revealed.event);
        if (incremental && revealed.isKeyMissing === true) waiting.push({ roomId, event });
      }
      return shown;
    };
    const shown = await revealResponse(response, reveal);
    const revealGap = async ([id, gap]: [RoomId, FilledGap]) => [id, { ...gap, events: await reveal(id, gap.events) }] as const;
    const shownGaps = gaps && new Map(await Promise.all([...gaps].map(revealGap)));
    await this.#undecrypted.add(waiting);
    if (incremental)
      for (const [roomId, events] of newEventsByRoom({ response: shown, gaps: shownGaps }))
        await attempt(device.receiveRoomEvents(roomId, events));
    return { response: shown, gaps: shownGaps };
  }

  /** Decrypts an event that was fetched, if it is encrypted and there is a key. */
  async reveal(roomId: RoomId, event: ClientEventWithoutRoomId): Promise<ClientEventWithoutRoomId> {
    if (!isEncrypted(event)) return event;
    return (await this.#decrypt(await this.#device(), { roomId, event }, { waitsForBackup: true })).event;
  }

  /** How a room is encrypted; `undefined` if it is not. @throws {ClientError} And what the server answers. */
  async settingsOf(roomId: RoomId): Promise<RoomEncryptionSettings | undefined> {
    return this.#settingsFor(await this.#device(), roomId);
  }

  async #settingsFor(device: DeviceEncryption, roomId: RoomId): Promise<RoomEncryptionSettings | undefined> {
    const content = await encryptionInState(this.#parts.http, this.#parts, roomId);
    // Whoever controls the server could leave the state out: what was seen once is kept with the keys.
    const remembered = await attempt(device.roomSettings(roomId));
    if (content === undefined) return remembered;
    if (!this.#remembered.has(roomId)) await this.#remember(device, roomId, content);
    return remembered ?? readEncryptionSettings(content);
  }

  /** Whether files for a room are to be encrypted. */
  async admit(roomId: RoomId): Promise<boolean> {
    return (await this.settingsOf(roomId)) !== undefined;
  }

  async invite(roomId: RoomId, userId: UserId): Promise<void> {
    const { options, logger } = this.#parts;
    if (options.sharesHistory === false || !hasSharedHistory(this.#parts.base().rooms.get(roomId))) return;
    try {
      await this.use((device) => device.history.share(roomId, userId));
    } catch (error) {
      logger.warn(`${roomId}: ${userId} does not get the keys of what was written before`, error);
    }
  }

  async join<T>(roomId: RoomId, inviter: UserId | undefined, join: () => Promise<T>): Promise<T> {
    if (inviter === undefined || this.#parts.options.sharesHistory === false) return join();
    // Noted before, so that nothing that happens from now on loses it.
    await this.use((device) => device.history.await(roomId, inviter));
    try {
      const joined = await join();
      this.background(
        this.use((device) => device.history.takeIn(roomId)),
        `the keys of what was written before in ${roomId} are not taken in; again after the next start`,
      );
      return joined;
    } catch (error) {
      await this.use((device) => device.history.stopAwaiting(roomId));
      throw error;
    }
  }

  /** Makes what may leave of an event: encrypted, where the room is. @throws {ClientError} `ENCRYPTION_FAILED`, `DEVICE_KEYS_LOST`. */
  async seal(
    roomId: RoomId,
    event: { readonly type: string; readonly content: JsonObject },
  ): Promise<{ type: string; content: JsonObject }> {
    return clearTypes.has(event.type) ? event : this.#sealFor(await this.#device(), roomId, event);
  }

  async #sealFor(
    device: DeviceEncryption,
    roomId: RoomId,
    event: { readonly type: string; readonly content: JsonObject },
  ): Promise<{ type: string; content: JsonObject }> {
    const settings = await this.#settingsFor(device, roomId);
    if (!settings) return event;
    const recipients = await findRecipients(this.#parts, roomId);
    return { type: "m.room.encrypted", content: await attempt(device.encrypt(roomId, event, { ...recipients, settings })) };
  }

  async #device(): Promise<DeviceEncryption> {
    const session = this.#parts.session();
    if (!session) throw new ClientError("NOT_LOGGED_IN", "log in first");
    const name = nameOf(session);
    if (this.#opening?.name !== name) {
      await this.close();
      // Somebody else may have opened it meanwhile.
      if (this.#opening === undefined) {
        const opened = this.#open(name, session);
        this.#opening = { name, opened };
        opened.catch(() => (this.#opening = undefined));
      }
    }
    return (await this.#opening.opened).device;
  }

  async #open(name: string, { userId, deviceId }: Session): Promise<OpenDevice> {
    const { store, http, clock, logger, options } = this.#parts;
    const { accountDataOf, openDeviceEncryption, openWasmEngine } = await import("@patrix/client-crypto");
    const keys = await store.keys?.open(name);
    const kept = { storeName: keys?.name, passphrase: keys?.passphrase };
    let opened: DeviceEncryption | undefined;
    const requests: CryptoRequests = {
      send: (endpoint, request, sendOptions) => http.send(endpoint, request, sendOptions),
      sendEvent: async (roomId, event, txnId) => {
        if (!opened) throw new ClientError("STOPPED", "encryption is not open yet");
        // By this device alone: nothing opens it again for a verification.
        const { type, content } = await this.#sealFor(opened, roomId, event);
        return http.send(sendMessage, { path: { roomId, eventType: type, txnId }, body: content });
      },
    };
    try {
      const parts = {
        userId,
        deviceId,
        requests,
        files: filesOf(http, this.#parts.fetch),
        dehydration: options.dehydratedDevice === true ? memoryOf(store, deviceId) : undefined,
        data: accountDataOf(http, userId),
        clock,
        logger,
      };
      const openEngine: Parameters<typeof openDeviceEncryption>[0]["openEngine"] = (events) =>
        openWasmEngine({ userId, deviceId, ...kept, ...options, events });
      const device = await attempt(openDeviceEncryption({ ...parts, openEngine }));
      opened = device;
      device.onKeys((arrived) => {
        this.#retry(arrived.flatMap((key) => this.#undecrypted.waitingFor(key)));
        for (const callback of this.#keyWatchers) callback();
      });
      this.background(this.#ready(device), "the backup is not taken up");
      return { device, keys };
    } catch (error) {
      await keys?.close();
      throw error;
    }
  }

  /** Tells those who watch, and takes up the backup, if there is one: it may have what is waited for. */
  async #ready(device: DeviceEncryption): Promise<void> {
    for (const callback of this.#opened) await callback(device);
    await device.dehydrated?.resume();
    if (this.#parts.options.sharesHistory !== false)
      this.background(device.history.takeIn(), "keys of what was written before are not taken in; again after the next start");
    if (await device.backup.resume()) this.retryAll();
  }

  async #noteSettings(device: DeviceEncryption, roomId: RoomId, events: readonly ClientEventWithoutRoomId[]): Promise<void> {
    const found = events.find(({ type, state_key: key }) => type === "m.room.encryption" && key === "");
    if (found && !this.#remembered.has(roomId)) await this.#remember(device, roomId, found.content);
  }

  async #remember(device: DeviceEncryption, roomId: RoomId, content: JsonObject): Promise<void> {
    this.#remembered.add(roomId);
    await device.rememberRoom(roomId, readEncryptionSettings(content)).catch((error: unknown) => {
      this.#parts.logger.warn(`${roomId}: its encryption is not as this client has it`, error);
    });
  }

  async #decrypt(
    device: DeviceEncryption,
    { roomId, event }: UndecryptedEvent,
    options?: DecryptOptions,
  ): Promise<{ readonly event: ClientEventWithoutRoomId; readonly isKeyMissing?: boolean }> {
    if (!isEncrypted(event)) return { event };
    const decrypted = await attempt(device.decrypt(roomId, { ...event }, options));
    if (decrypted.outcome === "decrypted") {
      const { type, content, authenticity } = decrypted;
      return { event: noteEncryption({ ...event, type, content }, authenticity) };
    }
    const { reason, withheld, isKeyMissing } = decrypted;
    return { event: noteEncryption(event, { state: "failed", reason, withheld }), isKeyMissing };
  }

  /** Tries events again, one after the other, while the device stays open: nothing opens it again for them. */
  #retry(events: readonly UndecryptedEvent[]): void {
    const opening = this.#opening;
    if (events.length === 0 || !opening) return;
    this.#retries = this.#retries.then(async () => {
      for (const each of events) if (this.#opening === opening) await this.#retryOne(opening.opened, each);
    });
  }

  async #retryOne(opened: Promise<OpenDevice>, { roomId, event }: UndecryptedEvent): Promise<void> {
    try {
      const revealed = await this.#decrypt((await opened).device, { roomId, event });
      if (revealed.isKeyMissing !== undefined) return;
      await attempt((await opened).device.receiveRoomEvents(roomId, [{ ...revealed.event }]));
      // Forgotten only when everybody is done with it: after a crash it comes again.
      await this.#parts.onLate({ roomId, event: revealed.event });
      await this.#undecrypted.remove(event);
    } catch (error) {
      this.#parts.logger.debug(`${event.event_id} cannot be decrypted`, error);
    }
  }
}

/** What the names of a device's databases begin with. */
function nameOf({ userId, deviceId }: Session): string {
  return `patrix|${userId}|${deviceId}`;
}
