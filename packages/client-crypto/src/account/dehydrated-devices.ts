import { MatrixError } from "@patrix/api";
import {
  deleteDehydratedDevice,
  getDehydratedDevice,
  getDehydratedDeviceEvents,
  putDehydratedDevice,
  type PutDehydratedDeviceRequest,
} from "@patrix/client-api/unstable";
import { Semaphore, type TimerClock } from "@patrix/concurrency";
import type { CryptoRequests } from "../driver/send-outgoing.ts";
import type { DehydrationEngine } from "../engine/dehydration-engine.ts";
import { CryptoError } from "../errors.ts";
import { type AccountDataAccess, readSecret, type SecretStorageKey, storeSecret } from "../secrets/secret-storage.ts";

/** The name of the key in secret storage, as other clients have it. */
const secretName = "org.matrix.msc3814";
const deviceName = "Dehydrated device";
/** How long a device is used before another one takes its place, in milliseconds: its keys must not be used up. */
const renewalMs = 7 * 24 * 60 * 60_000;
/** Pages of messages that are read of one device; the server gives what there is in far fewer. */
const maxPages = 10_000;

/** When this device has put its last dehydrated device on the server, in milliseconds since the Unix epoch; kept over restarts. */
export interface DehydrationMemory {
  read(): Promise<number | undefined>;
  write(createdTs: number): Promise<void>;
}

/** What {@link DehydratedDevices} works with. */
export interface DehydrationParts {
  readonly engine: { readonly dehydration: DehydrationEngine };
  readonly requests: CryptoRequests;
  readonly data: AccountDataAccess;
  readonly clock: TimerClock;
  readonly memory: DehydrationMemory;
  readonly logger: { debug(message: string, cause?: unknown): void; warn(message: string, cause?: unknown): void };
}

/**
 * A device of the user on the server that nobody uses: it gets room keys while the user is logged in nowhere, and the user's next device brings it to
 * life by a key from secret storage.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3814}
 */
export class DehydratedDevices {
  readonly #parts: DehydrationParts;
  readonly #turn = new Semaphore(1);
  readonly #closed = new AbortController();
  #isRenewing = false;

  constructor(parts: DehydrationParts) {
    this.#parts = parts;
  }

  /**
   * Takes up the key from secret storage, brings the device to life that it opens, if there is one, and puts another one in its place. Without a key
   * there, one is made. Gives the number of room keys that came; `undefined` where the server does not know of such devices.
   *
   * @throws {CryptoError} And what requests throw.
   */
  start(storage: SecretStorageKey): Promise<number | undefined> {
    return this.#turn.run(async () => {
      const { engine, data, logger } = this.#parts;
      const known = await readSecret(data, storage, secretName);
      const key = known ?? (await engine.dehydration.makeKey());
      await engine.dehydration.keepKey(key);
      let roomKeys: number | undefined = 0;
      try {
        roomKeys = known === undefined ? 0 : await this.#rehydrate();
      } catch (error) {
        // Nobody else can do better with a device that cannot be brought to life.
        if (!(error instanceof CryptoError && error.code === "ENGINE_FAILED")) throw error;
        logger.warn("encryption: the dehydrated device cannot be brought to life; another one takes its place", error);
      }
      if (roomKeys === undefined || !(await this.#create())) return undefined;
      // Stored when there is a device that it opens.
      if (known === undefined) await storeSecret(data, storage, { name: secretName, value: key });
      this.#renewFromNowOn();
      return roomKeys;
    });
  }

  /** Goes on to renew the device every week, if this device has its key. */
  async resume(): Promise<void> {
    if ((await this.#parts.engine.dehydration.key()) !== undefined) this.#renewFromNowOn();
  }

  /** Deletes the device and its key, also in secret storage. */
  delete(): Promise<void> {
    return this.#turn.run(async () => {
      const { engine, requests, data } = this.#parts;
      await unlessMissing(requests.send(deleteDehydratedDevice, {}, { idempotent: true }));
      await engine.dehydration.forgetKey();
      // Account data cannot be deleted; without a ciphertext there is no secret.
      if ((await data.get(secretName)) !== undefined) await data.set(secretName, {});
    });
  }

  /** Renews no more. */
  close(): void {
    this.#closed.abort();
  }

  /** Gives the number of room keys; `undefined` where the server has no such devices. */
  async #rehydrate(): Promise<number | undefined> {
    const { engine, requests } = this.#parts;
    const found = await unlessMissing(requests.send(getDehydratedDevice, {}));
    if (found === "unsupported") return undefined;
    if (found === "missing") return 0;
    const { device_id: deviceId, device_data: deviceData } = found;
    const device = await engine.dehydration.rehydrate(deviceId, deviceData);
    let roomKeys = 0;
    let nextBatch: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      // A page may be asked for again: what comes before it is deleted only with the next one.
      const answer = await requests.send(
        getDehydratedDeviceEvents,
        { path: { deviceId }, body: nextBatch === undefined ? {} : { next_batch: nextBatch } },
        { idempotent: true },
      );
      if (answer.events.length === 0) break;
      roomKeys += await device.receive(answer.events.map((event) => ({ ...event })));
      nextBatch = answer.next_batch;
      if (nextBatch === undefined) break;
    }
    return roomKeys;
  }

  /** Tells whether the server takes such devices. */
  async #create(): Promise<boolean> {
    const { engine, requests, clock, memory } = this.#parts;
    const body = await engine.dehydration.create(deviceName);
    // The engine makes the body as the proposal has it.
    const request: { readonly body: object } = { body };
    if (
      (await unlessMissing(requests.send(putDehydratedDevice, request as PutDehydratedDeviceRequest, { idempotent: true }))) ===
      "unsupported"
    )
      return false;
    await memory.write(clock.now());
    return true;
  }

  #renewFromNowOn(): void {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const { clock, memory, logger, engine } = this.#parts;
    const { signal } = this.#closed;
    const renew = async (): Promise<void> => {
      while (!signal.aborted) {
        const dueTs = ((await memory.read()) ?? 0) + renewalMs;
        const waitMs = dueTs - clock.now();
        // A clock that was set back must not keep it from being renewed.
        if (waitMs > 0) await clock.sleep(Math.min(waitMs, renewalMs), signal);
        if ((await engine.dehydration.key()) === undefined) return;
        if (((await memory.read()) ?? 0) + renewalMs <= clock.now()) await this.#turn.run(() => this.#renew());
      }
    };
    renew()
      .catch((error: unknown) => {
        if (!signal.aborted) logger.warn("encryption: the dehydrated device is not renewed; again after the next start", error);
      })
      .finally(() => (this.#isRenewing = false));
  }

  async #renew(): Promise<void> {
    const { clock, logger } = this.#parts;
    try {
      await this.#create();
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      logger.warn("encryption: the dehydrated device could not be renewed; again in an hour", error);
      await clock.sleep(60 * 60_000, this.#closed.signal);
    }
  }
}

/** The answer of a request, or why there is none: the server has no such device, or knows of none. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | "missing" | "unsupported"> {
  try {
    return await answer;
  } catch (error) {
    if (MatrixError.is(error, "M_NOT_FOUND")) return "missing";
    const isUnsupported = error instanceof Error && "code" in error && error.code === "UNSUPPORTED_ENDPOINT";
    if (MatrixError.is(error, "M_UNRECOGNIZED") || isUnsupported) return "unsupported";
    throw error;
  }
}
