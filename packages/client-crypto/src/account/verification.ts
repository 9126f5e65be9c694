import { isJsonObject } from "@patrix/api";
import { Semaphore } from "@patrix/concurrency";
import { isUserId, type UserId } from "@patrix/identifiers";
import type { CryptoEngine, ReceivedToDevice } from "../engine/crypto-engine.ts";
import type { OutgoingRequest } from "../engine/outgoing-request.ts";
import type { EngineVerification, KnownDevice, VerificationState } from "../engine/verification-engine.ts";
import { type CryptoRequests, exchange } from "../driver/send-outgoing.ts";

/** What {@link DeviceVerifications} works with. */
export interface VerificationParts {
  readonly engine: CryptoEngine;
  readonly requests: CryptoRequests;
  readonly logger: { warn(message: string, cause?: unknown): void };
}

/** A verification of a device by emoji: both sides compare what they see. */
export class DeviceVerification {
  readonly #parts: VerificationParts;
  readonly #flow: EngineVerification;
  readonly #callbacks = new Set<() => void>();
  readonly #steps = new Semaphore(1);

  constructor(parts: VerificationParts, flow: EngineVerification) {
    this.#parts = parts;
    this.#flow = flow;
    flow.onChange(() => this.#changed());
  }

  get userId(): UserId {
    return this.#flow.userId;
  }

  /** The other device, once it is known. */
  get deviceId(): string | undefined {
    return this.#flow.deviceId();
  }

  /** Whether the other side has asked. */
  get isIncoming(): boolean {
    return !this.#flow.weStarted;
  }

  get state(): VerificationState {
    return this.#flow.state();
  }

  /** Calls back after each change. */
  onChange(callback: () => void): void {
    this.#callbacks.add(callback);
  }

  /** Takes part in what the other side has asked for. */
  accept(): Promise<void> {
    return this.#send(() => this.#flow.accept());
  }

  /** Begins to compare. The side that has asked does so by itself. */
  start(): Promise<void> {
    return this.#send(() => this.#flow.start());
  }

  /** Says that both see the same. */
  confirm(): Promise<void> {
    return this.#send(() => this.#flow.confirm());
  }

  /** Says that both do not see the same: somebody may be between them. */
  mismatch(): Promise<void> {
    return this.#send(() => this.#flow.cancel(true));
  }

  cancel(): Promise<void> {
    return this.#send(() => this.#flow.cancel(false));
  }

  #changed(): void {
    const { state } = this;
    const next = this.#nextStep(state);
    // What follows by itself is no business of those who watch.
    if (next) void this.#send(next).catch((error: unknown) => this.#parts.logger.warn("encryption: a verification does not go on", error));
    for (const callback of this.#callbacks) callback();
  }

  #nextStep(state: VerificationState): (() => Promise<readonly OutgoingRequest[]>) | undefined {
    if (state.step === "ready" && !this.isIncoming) return () => (this.state.step === "ready" ? this.#flow.start() : Promise.resolve([]));
    if (state.step === "starting" && state.mustAccept) return () => this.#flow.acceptStart();
    return undefined;
  }

  #send(make: () => Promise<readonly OutgoingRequest[]>): Promise<void> {
    return this.#steps.run(async () => {
      for (const message of await make()) await exchange(this.#parts, message);
      for (const callback of this.#callbacks) callback();
    });
  }
}

/** The verifications of a device: those that others ask for, and its own. */
export class DeviceVerifications {
  readonly #parts: VerificationParts;
  readonly #callbacks = new Set<(verification: DeviceVerification) => void>();

  constructor(parts: VerificationParts) {
    this.#parts = parts;
  }

  /** Calls back for each verification that somebody asks for. */
  onRequest(callback: (verification: DeviceVerification) => void): () => void {
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  }

  /** Looks for requests among messages that came. */
  async note(received: readonly ReceivedToDevice[]): Promise<void> {
    const { engine, logger } = this.#parts;
    for (const { event } of received) {
      const { type, sender, content } = event;
      const flowId = isJsonObject(content) ? content["transaction_id"] : undefined;
      if (type !== "m.key.verification.request" || !isUserId(sender) || typeof flowId !== "string") continue;
      const flow = await engine.verification
        .find(sender, flowId)
        .catch((error: unknown) => logger.warn(`encryption: nobody hears of a verification that ${sender} asks for`, error));
      if (!flow) continue;
      const verification = new DeviceVerification(this.#parts, flow);
      for (const callback of this.#callbacks) callback(verification);
    }
  }

  /** Asks the user's other devices, or one of anybody's. @throws {CryptoError} `NO_IDENTITY`, `UNKNOWN_DEVICE`. */
  async request(device?: { readonly userId: UserId; readonly deviceId: string }): Promise<DeviceVerification> {
    const { engine } = this.#parts;
    const asked = device ? await engine.verification.requestDevice(device.userId, device.deviceId) : await engine.verification.requestOwn();
    const verification = new DeviceVerification(this.#parts, asked.verification);
    await exchange(this.#parts, asked.request);
    return verification;
  }

  /** The devices of a user. */
  devices(userId: UserId): Promise<readonly KnownDevice[]> {
    return this.#parts.engine.verification.devices(userId);
  }
}
