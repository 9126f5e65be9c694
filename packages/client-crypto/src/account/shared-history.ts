import { isJsonObject, MatrixError } from "@patrix/api";
import { KeyedQueue, type TimerClock } from "@patrix/concurrency";
import { isMxcUri, isRoomId, type MxcUri, type RoomId, type UserId } from "@patrix/identifiers";
import type { KeyClaims } from "../driver/key-claims.ts";
import { type CryptoRequests, exchange } from "../driver/send-outgoing.ts";
import type { CryptoEngine, ReceivedToDevice } from "../engine/crypto-engine.ts";
import type { AwaitedBundle } from "../engine/history-engine.ts";
import { CryptoError } from "../errors.ts";
import type { KeyBackup } from "./key-backup.ts";

/** Files on the server, as they are: what is in them is encrypted already. */
export interface CryptoFiles {
  upload(bytes: Uint8Array): Promise<MxcUri>;
  /** Gives a file of at most some bytes; rejects where it is longer. */
  download(uri: MxcUri, maxBytes: number): Promise<Uint8Array>;
}

/** What a {@link SharedHistory} works with. */
export interface HistoryParts {
  readonly engine: CryptoEngine;
  readonly requests: CryptoRequests;
  /** Without it nothing is given or taken. */
  readonly files?: CryptoFiles | undefined;
  readonly claims: KeyClaims;
  readonly backup: KeyBackup;
  readonly clock: TimerClock;
  readonly logger: { debug(message: string, cause?: unknown): void; warn(message: string, cause?: unknown): void };
}

/** The types of the messages that tell where the keys are: the specification's, and the one from before. */
const bundleTypes: ReadonlySet<unknown> = new Set(["m.room_key_bundle", "io.element.msc4268.room_key_bundle"]);
/** The longest file of keys that is given or taken: some 100,000 keys. */
export const maxBundleBytes: number = 64 * 1024 * 1024;
/** How long after joining keys are taken, in milliseconds. */
const maxWaitMs = 24 * 60 * 60_000;

/**
 * Keys of the history of rooms: given to those who are invited where the history is theirs to see, and taken from who has invited this user.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroom_key_bundle}
 */
export class SharedHistory {
  readonly #parts: HistoryParts;
  readonly #rooms = new KeyedQueue<RoomId>();

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /**
   * Gives the keys of a room that may be shared to the devices of a user, who is invited then. Tells whether anything was given: not by a
   * device that its user has not signed, nor where there are no such keys.
   *
   * @throws {CryptoError} And what requests throw.
   */
  async share(roomId: RoomId, userId: UserId): Promise<boolean> {
    const { engine, requests, files, claims, backup, logger } = this.#parts;
    // Nobody takes keys from such a device.
    if (!files || !(await engine.account.status()).isVerified) return false;
    if (!(await engine.history.hasAllKeys(roomId)) && (await backup.fetchRoom(roomId))) await engine.history.noteAllKeys(roomId);
    const bundle = await engine.history.makeBundle(roomId);
    if (!bundle) return false;
    if (bundle.bytes.length > maxBundleBytes) {
      logger.warn(`encryption: the keys of ${roomId} are too many to be shared with ${userId}`);
      return false;
    }
    const url = await files.upload(bundle.bytes);
    // Who is no member yet is nobody whose devices are followed.
    await exchange(this.#parts, await engine.queryUsers([userId]));
    await claims.claim([userId]);
    const messages = await engine.history.shareBundle(roomId, userId, { url, info: bundle.info });
    for (const message of messages) await exchange({ engine, requests }, message);
    return messages.length > 0;
  }

  /** Notes that the user joins a room on an invite: from now on keys are taken from who has invited, over restarts. */
  async await(roomId: RoomId, inviter: UserId): Promise<void> {
    await this.#parts.engine.history.await(roomId, inviter);
  }

  /** Takes nothing more for a room. */
  async stopAwaiting(roomId: RoomId): Promise<void> {
    await this.#parts.engine.history.stopAwaiting(roomId);
  }

  /** Takes in what has come for the rooms that wait, of one or all; tells whether there was anything. Those that wait too long wait no more. */
  async takeIn(roomId?: RoomId): Promise<boolean> {
    const { engine, clock, files, logger } = this.#parts;
    if (!files) return false;
    let isAny = false;
    for (const awaited of await engine.history.awaited()) {
      if (roomId !== undefined && awaited.roomId !== roomId) continue;
      if (clock.now() - awaited.acceptedTs > maxWaitMs) {
        await engine.history.stopAwaiting(awaited.roomId);
        continue;
      }
      isAny = (await this.#rooms.run(awaited.roomId, () => this.#import(awaited, files))) || isAny;
    }
    if (isAny) logger.debug("encryption: keys of a room's history have come");
    return isAny;
  }

  /** Looks for messages that tell of keys, and takes these in meanwhile. */
  note(received: readonly ReceivedToDevice[]): void {
    for (const { event, encryption } of received) {
      const { type, content } = event;
      const roomId = isJsonObject(content) ? content["room_id"] : undefined;
      if (encryption !== "ok" || !bundleTypes.has(type) || !isRoomId(roomId)) continue;
      this.takeIn(roomId).catch((error: unknown) => {
        if (error instanceof CryptoError && error.code === "CLOSED") return;
        this.#parts.logger.warn(
          `encryption: the keys of what was written before in ${roomId} could not be taken in; again after the next start`,
          error,
        );
      });
    }
  }

  async #import({ roomId, inviter }: AwaitedBundle, files: CryptoFiles): Promise<boolean> {
    const { engine, logger } = this.#parts;
    // By the inviter's keys as they are now it is seen which device has sent them.
    await exchange(this.#parts, await engine.queryUsers([inviter]));
    const bundle = await engine.history.bundleOf(roomId, inviter);
    if (!bundle) return false;
    try {
      if (!isMxcUri(bundle.url)) throw new CryptoError("ENGINE_FAILED", "the address of the keys is no mxc: URI");
      await engine.history.importBundle(roomId, inviter, await files.download(bundle.url, maxBundleBytes));
    } catch (error) {
      // What is gone, or is not what was sent, is not tried again; what could not be fetched is.
      if (!isFinal(error)) throw error;
      logger.warn(`encryption: the keys of what was written before in ${roomId} that ${inviter} gave are not usable`, error);
      await engine.history.stopAwaiting(roomId);
      return false;
    }
    await engine.history.stopAwaiting(roomId);
    return true;
  }
}

function isFinal(error: unknown): boolean {
  if (error instanceof MatrixError) return error.status < 500 && error.status !== 429;
  return (
    (error instanceof CryptoError && error.code === "ENGINE_FAILED") ||
    (error instanceof Error && "code" in error && error.code === "RESPONSE_TOO_LARGE")
  );
}
