import type { DeviceVerification, VerificationEmoji, VerificationMethod } from "@patrix/client-crypto";
import type { DeviceId, RoomId, UserId } from "@patrix/identifiers";
import { type Live, LiveValue } from "../live/live.ts";

/** Gives errors of encryption a code of this package. */
type Attempt = <T>(task: Promise<T>) => Promise<T>;

/** Where a verification stands. */
export type VerificationStep =
  /** One side has asked; the other has to accept. */
  | { readonly step: "requested" }
  /**
   * Both take part. Whoever has asked begins by emoji where `methods` has nothing else; otherwise one side chooses: `compareEmoji`, `showCode`, or
   * `scanCode`.
   */
  | { readonly step: "ready"; readonly methods: readonly VerificationMethod[] }
  /** Both show the same, if nobody is between them: have both compared. */
  | { readonly step: "emoji"; readonly emoji: readonly VerificationEmoji[]; readonly decimals: readonly number[] }
  /** Somebody has scanned the code that this side shows. It was the other one, if its screen says so: then confirm. */
  | { readonly step: "scanned" }
  /** This side has confirmed, or has scanned the code of the other one, which has to confirm. */
  | { readonly step: "confirming" }
  | { readonly step: "done" }
  | { readonly step: "cancelled"; readonly code: string; readonly reason: string; readonly byUs: boolean };

/** Options of asking for a verification, and of taking part in one. */
export interface VerificationOptions {
  /** What this side can do: compare emoji, show a QR code, scan one. Default: `["m.sas.v1"]`. */
  methods?: readonly VerificationMethod[] | undefined;
}

/** Options of {@link Encryption.verifyUser}. */
export interface UserVerificationOptions extends VerificationOptions {
  /** The room to ask in, in which both are. Default: the direct chat with the user. */
  room?: RoomId | undefined;
}

/**
 * A verification of another device or user, by emoji or a QR code; iterate over it to follow its steps, which ends with `done` or `cancelled`. What
 * nobody has gone on with for ten minutes is cancelled with `m.timeout`.
 *
 * @example
 * const verification = await client.encryption.verifyUser("@bob:example.org");
 * for await (const step of verification) if (step.step === "emoji") await ((await sameAsTheirs(step.emoji)) ? verification.confirm() : verification.mismatch());
 */
export interface Verification extends Live<VerificationStep> {
  readonly with: { readonly userId: UserId; readonly deviceId: DeviceId | undefined };
  /** The room in which it goes on; `undefined` for one between devices. */
  readonly room: RoomId | undefined;
  /** Whether the other side has asked. */
  readonly incoming: boolean;
  /** Takes part in what the other side has asked for. */
  accept(options?: VerificationOptions): Promise<void>;
  /** Begins to compare emoji. */
  compareEmoji(): Promise<void>;
  /**
   * The bytes that the QR code of this side has, for a library that draws codes: in byte mode, as they are.
   *
   * @throws {ClientError} `NO_CODE` where the other side cannot scan it, or before both take part.
   */
  showCode(): Promise<Uint8Array>;
  /**
   * Takes in the bytes of the QR code that the other side shows, as a camera read them.
   *
   * @throws {ClientError} `BAD_CODE` if it is not the code of this verification. It may have been read badly, which may be tried again; if it was not, cancel.
   */
  scanCode(code: Uint8Array): Promise<void>;
  /** Says that both see the same, or that the other side has scanned the code. */
  confirm(): Promise<void>;
  /** Says that they do not: somebody may be between them. */
  mismatch(): Promise<void>;
  cancel(): Promise<void>;
}

/** The identity of a user. */
export interface UserIdentity {
  readonly userId: UserId;
  /** Whether the client's user has verified it. */
  readonly verified: boolean;
  /** Whether the user has another identity than the one that was verified. */
  readonly changed: boolean;
}

/** A device of a user. */
export interface Device {
  readonly id: DeviceId;
  readonly userId: UserId;
  readonly name: string | undefined;
  readonly verified: boolean;
  /** Asks it to be verified, by emoji unless `methods` says otherwise. */
  verify(options?: VerificationOptions): Promise<Verification>;
}

/** A {@link Verification} as users see it. */
export class VerificationHandle implements Verification {
  readonly incoming: boolean;
  readonly room: RoomId | undefined;
  readonly subscribe: Live<VerificationStep>["subscribe"];
  readonly until: Live<VerificationStep>["until"];
  readonly #verification: DeviceVerification;
  readonly #live: LiveValue<VerificationStep>;
  readonly #attempt: Attempt;

  constructor(verification: DeviceVerification, { attempt, onDone }: { readonly attempt: Attempt; readonly onDone: () => void }) {
    this.#verification = verification;
    this.#attempt = attempt;
    this.incoming = verification.isIncoming;
    this.room = verification.roomId;
    this.#live = new LiveValue<VerificationStep>(stepOf(verification));
    this.subscribe = this.#live.subscribe;
    this.until = this.#live.until.bind(this.#live);
    verification.onChange(() => {
      const { step: before } = this.#live.value;
      const next = stepOf(verification);
      if (next.step === before) return;
      this.#live.set(next);
      if (next.step === "done") onDone();
    });
  }

  get value(): VerificationStep {
    return this.#live.value;
  }

  get with(): Verification["with"] {
    return { userId: this.#verification.userId, deviceId: this.#verification.deviceId };
  }

  accept({ methods }: VerificationOptions = {}): Promise<void> {
    return this.#attempt(this.#verification.accept(methods));
  }

  compareEmoji(): Promise<void> {
    return this.#attempt(this.#verification.start());
  }

  showCode(): Promise<Uint8Array> {
    return this.#attempt(this.#verification.showCode());
  }

  scanCode(code: Uint8Array): Promise<void> {
    return this.#attempt(this.#verification.scanCode(code));
  }

  confirm(): Promise<void> {
    return this.#attempt(this.#verification.confirm());
  }

  mismatch(): Promise<void> {
    return this.#attempt(this.#verification.mismatch());
  }

  cancel(): Promise<void> {
    return this.#attempt(this.#verification.cancel());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<VerificationStep, void, void> {
    for await (const step of this.#live) {
      yield step;
      if (step.step === "done" || step.step === "cancelled") return;
    }
  }
}

function stepOf({ state }: DeviceVerification): VerificationStep {
  return state.step === "starting" ? { step: "ready", methods: [] } : state;
}
