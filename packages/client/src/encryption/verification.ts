import type { DeviceVerification, VerificationEmoji } from "@patrix/client-crypto";
import type { DeviceId, UserId } from "@patrix/identifiers";
import { type Live, LiveValue } from "../live/live.ts";

/** Where a verification stands. */
export type VerificationStep =
  /** One side has asked; the other has to accept. */
  | { readonly step: "requested" }
  /** Keys are being exchanged. */
  | { readonly step: "ready" }
  /** Both show the same, if nobody is between them: have both compared. */
  | { readonly step: "emoji"; readonly emoji: readonly VerificationEmoji[]; readonly decimals: readonly number[] }
  /** This side has confirmed. */
  | { readonly step: "confirming" }
  | { readonly step: "done" }
  | { readonly step: "cancelled"; readonly code: string; readonly reason: string; readonly byUs: boolean };

/** A verification of another device by emoji; iterate over it to follow its steps, which ends with `done` or `cancelled`. */
export interface Verification extends Live<VerificationStep> {
  readonly with: { readonly userId: UserId; readonly deviceId: DeviceId | undefined };
  /** Whether the other side has asked. */
  readonly incoming: boolean;
  /** Takes part in what the other side has asked for. */
  accept(): Promise<void>;
  /** Says that both see the same. */
  confirm(): Promise<void>;
  /** Says that they do not: somebody may be between them. */
  mismatch(): Promise<void>;
  cancel(): Promise<void>;
}

/** A device of a user. */
export interface Device {
  readonly id: DeviceId;
  readonly userId: UserId;
  readonly name: string | undefined;
  readonly verified: boolean;
  /** Asks it to compare emoji. */
  verify(): Promise<Verification>;
}

/** A {@link Verification} as users see it. */
export class VerificationHandle implements Verification {
  readonly incoming: boolean;
  readonly subscribe: Live<VerificationStep>["subscribe"];
  readonly until: Live<VerificationStep>["until"];
  readonly #verification: DeviceVerification;
  readonly #live: LiveValue<VerificationStep>;

  constructor(verification: DeviceVerification, onDone: () => void) {
    this.#verification = verification;
    this.incoming = verification.isIncoming;
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

  accept(): Promise<void> {
    return this.#verification.accept();
  }

  confirm(): Promise<void> {
    return this.#verification.confirm();
  }

  mismatch(): Promise<void> {
    return this.#verification.mismatch();
  }

  cancel(): Promise<void> {
    return this.#verification.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<VerificationStep, void, void> {
    for await (const step of this.#live) {
      yield step;
      if (step.step === "done" || step.step === "cancelled") return;
    }
  }
}

function stepOf({ state }: DeviceVerification): VerificationStep {
  return state.step === "starting" ? { step: "ready" } : state;
}
