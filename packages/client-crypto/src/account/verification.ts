import { isJsonObject, type JsonObject } from "@patrix/api";
import { Semaphore } from "@patrix/concurrency";
import { isEventId, isUserId, type RoomId, type UserId } from "@patrix/identifiers";
import type { CryptoEngine, ReceivedToDevice } from "../engine/crypto-engine.ts";
import type { OutgoingRequest } from "../engine/outgoing-request.ts";
import type {
  EngineVerification,
  KnownDevice,
  KnownIdentity,
  VerificationMethod,
  VerificationState,
} from "../engine/verification-engine.ts";
import { CryptoError } from "../errors.ts";
import { type CryptoRequests, exchange, sendEventOf } from "../driver/send-outgoing.ts";

/** What {@link DeviceVerifications} works with. */
export interface VerificationParts {
  readonly userId: UserId;
  readonly deviceId: string;
  readonly engine: CryptoEngine;
  readonly requests: CryptoRequests;
  readonly logger: { warn(message: string, cause?: unknown): void };
}

/** Verifications that are looked at after each sync; of older ones only the engine tells. */
const maxOpen = 100;
const requestType = "m.key.verification.request";
const emojiOnly: readonly VerificationMethod[] = ["m.sas.v1"];

const answeredElsewhere: VerificationState = {
  step: "cancelled",
  code: "m.accepted",
  reason: "another device of this user has answered",
  byUs: false,
};

/** Whether an event of a room, in the clear, belongs to a verification. */
export function isVerificationEvent({ type, content }: JsonObject): boolean {
  if (type === "m.room.message") return isJsonObject(content) && content["msgtype"] === requestType;
  return typeof type === "string" && type.startsWith("m.key.verification.");
}

/** A verification between two devices: both sides compare emoji, or one scans the code that the other shows. */
export class DeviceVerification {
  readonly #parts: VerificationParts;
  readonly #flow: EngineVerification;
  readonly #callbacks = new Set<() => void>();
  readonly #steps = new Semaphore(1);
  #isAnsweredElsewhere = false;
  #isCancelledHere = false;

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

  /** The room that it is in; `undefined` for one between devices. */
  get roomId(): RoomId | undefined {
    return this.#flow.roomId;
  }

  /** Whether the other side has asked. */
  get isIncoming(): boolean {
    return !this.#flow.weStarted;
  }

  get state(): VerificationState {
    const state = this.#flow.state();
    // The engine ends what has taken too long, and gives it the code of what a user ends.
    if (state.step === "cancelled" && state.byUs && !this.#isCancelledHere && state.code === "m.user")
      return { ...state, code: "m.timeout", reason: "nobody has gone on with it in time" };
    return this.#isAnsweredElsewhere && state.step === "requested" ? answeredElsewhere : state;
  }

  /** Takes in that another device of the user has answered what was asked in a room, of which the engine does not tell. */
  noteAnswer(flowId: string): void {
    if (this.isIncoming && this.#flow.flowId === flowId) this.#isAnsweredElsewhere = true;
  }

  /** Calls back after each change. */
  onChange(callback: () => void): void {
    this.#callbacks.add(callback);
  }

  /** Takes part in what the other side has asked for. Default: by emoji. */
  accept(methods: readonly VerificationMethod[] = emojiOnly): Promise<void> {
    return this.#send(() => this.#flow.accept(methods));
  }

  /** Begins to compare emoji. The side that has asked does so by itself where there is no other method. */
  start(): Promise<void> {
    return this.#send(() => this.#flow.start());
  }

  /** What the QR code of this side says, for the other one to scan. @throws {CryptoError} `NO_CODE` where it cannot scan one. */
  async showCode(): Promise<Uint8Array> {
    const { state } = this;
    const canShow = state.step === "ready" && state.methods.includes("m.qr_code.show.v1");
    const code = canShow ? await this.#flow.showCode() : undefined;
    if (!code) throw new CryptoError("NO_CODE", "there is no code to show: one side cannot, or the verification is at another step");
    return code;
  }

  /** Takes in what the QR code of the other side says. @throws {CryptoError} `BAD_CODE` if it is not the one of this verification. */
  scanCode(code: Uint8Array): Promise<void> {
    return this.#send(() => this.#flow.scanCode(code));
  }

  /** Says that both see the same, or that the other side has scanned the code. */
  confirm(): Promise<void> {
    return this.#send(() => this.#flow.confirm());
  }

  /** Says that both do not see the same, or that nobody has scanned the code: somebody may be between them. */
  mismatch(): Promise<void> {
    return this.#cancel(true);
  }

  cancel(): Promise<void> {
    return this.#cancel(false);
  }

  #cancel(isMismatch: boolean): Promise<void> {
    this.#isCancelledHere = true;
    return this.#send(() => this.#flow.cancel(isMismatch));
  }

  /** Looks whether it has changed: the engine does not tell of everything. Tells whether it goes on. */
  look(): boolean {
    this.#changed();
    return this.state.step !== "done" && this.state.step !== "cancelled";
  }

  #changed(): void {
    const { state } = this;
    const next = this.#nextStep(state);
    // What follows by itself is no business of those who watch.
    if (next) void this.#send(next).catch((error: unknown) => this.#parts.logger.warn("encryption: a verification does not go on", error));
    for (const callback of this.#callbacks) callback();
  }

  #nextStep(state: VerificationState): (() => Promise<readonly OutgoingRequest[]>) | undefined {
    const startsItself = (found: VerificationState): boolean =>
      found.step === "ready" && !this.isIncoming && found.methods.every((method) => emojiOnly.includes(method));
    if (startsItself(state)) return () => (startsItself(this.state) ? this.#flow.start() : Promise.resolve([]));
    const mustAccept = (found: VerificationState): boolean => found.step === "starting" && found.mustAccept;
    if (mustAccept(state)) return () => (mustAccept(this.state) ? this.#flow.acceptStart() : Promise.resolve([]));
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
  /** Those that go on. */
  readonly #open = new Set<DeviceVerification>();

  constructor(parts: VerificationParts) {
    this.#parts = parts;
  }

  /** Looks where the verifications stand that go on: after each sync, which also ends those that nobody has gone on with. */
  look(): void {
    for (const verification of this.#open) if (!verification.look()) this.#open.delete(verification);
  }

  #opened(flow: EngineVerification): DeviceVerification {
    const verification = new DeviceVerification(this.#parts, flow);
    this.#open.add(verification);
    for (const oldest of [...this.#open].slice(0, Math.max(0, this.#open.size - maxOpen))) this.#open.delete(oldest);
    return verification;
  }

  /** Calls back for each verification that somebody asks for. */
  onRequest(callback: (verification: DeviceVerification) => void): () => void {
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  }

  /** Looks for requests among messages that came. */
  async note(received: readonly ReceivedToDevice[]): Promise<void> {
    for (const { event } of received) {
      const { type, sender, content } = event;
      const flowId = isJsonObject(content) ? content["transaction_id"] : undefined;
      if (type === requestType && isUserId(sender) && typeof flowId === "string") await this.#tell(sender, flowId);
    }
  }

  /** Takes in an event of a room for which {@link isVerificationEvent} holds. */
  async noteInRoom(roomId: RoomId, event: JsonObject): Promise<void> {
    const { engine, logger } = this.#parts;
    const { type, sender, event_id: id } = event;
    try {
      await engine.verification.receive(roomId, event);
    } catch (error) {
      // Somebody else's event may be anything; no sync fails of it.
      logger.warn(`encryption: an event of type ${String(type)} from ${String(sender)} is left out`, error);
    }
    const answered = this.#answeredElsewhere(event);
    if (answered !== undefined) for (const verification of this.#open) verification.noteAnswer(answered);
    if (type === "m.room.message" && isUserId(sender) && isEventId(id)) await this.#tell(sender, id, (flow) => !flow.weStarted);
  }

  /** Which request another device of the user takes part in by an event. */
  #answeredElsewhere({ type, sender, content }: JsonObject): string | undefined {
    const { userId, deviceId } = this.#parts;
    if (type !== "m.key.verification.ready" || sender !== userId || !isJsonObject(content) || content["from_device"] === deviceId)
      return undefined;
    const relation = content["m.relates_to"];
    const flowId = isJsonObject(relation) ? relation["event_id"] : undefined;
    return typeof flowId === "string" ? flowId : undefined;
  }

  async #tell(sender: UserId, flowId: string, isMeant: (flow: EngineVerification) => boolean = () => true): Promise<void> {
    const flow = await this.#parts.engine.verification
      .find(sender, flowId)
      .catch((error: unknown) => this.#parts.logger.warn(`encryption: nobody hears of a verification that ${sender} asks for`, error));
    if (!flow || !isMeant(flow)) return;
    const verification = this.#opened(flow);
    for (const callback of this.#callbacks) callback(verification);
  }

  /** Asks the user's other devices, or one of anybody's. Default: by emoji. @throws {CryptoError} `NO_IDENTITY`, `UNKNOWN_DEVICE`. */
  async request(
    device?: { readonly userId: UserId; readonly deviceId: string },
    methods: readonly VerificationMethod[] = emojiOnly,
  ): Promise<DeviceVerification> {
    const { verification: engine } = this.#parts.engine;
    const asked = device ? await engine.requestDevice(device, methods) : await engine.requestOwn(methods);
    const verification = this.#opened(asked.verification);
    await exchange(this.#parts, asked.request);
    return verification;
  }

  /** Asks another user in a room of both. Default: by emoji. @throws {CryptoError} `NO_IDENTITY` if that user has none. */
  async requestInRoom(
    user: { readonly userId: UserId; readonly roomId: RoomId },
    methods: readonly VerificationMethod[] = emojiOnly,
  ): Promise<DeviceVerification> {
    const { engine, requests } = this.#parts;
    const asked = await engine.verification.requestUser(user, methods);
    const { event_id: eventId } = await sendEventOf(requests)(
      user.roomId,
      { type: "m.room.message", content: asked.content },
      globalThis.crypto.randomUUID(),
    );
    return this.#opened(await asked.sent(eventId));
  }

  /** The devices of a user. */
  devices(userId: UserId): Promise<readonly KnownDevice[]> {
    return this.#parts.engine.verification.devices(userId);
  }

  /** The identity of a user, as the server has it now; `undefined` if there is none. */
  async identity(userId: UserId): Promise<KnownIdentity | undefined> {
    const { engine } = this.#parts;
    await engine.trackUsers([userId]);
    await exchange(this.#parts, await engine.queryUsers([userId]));
    return engine.verification.identity(userId);
  }
}
