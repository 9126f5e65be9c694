import type { UserId } from "@patrix/identifiers";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** Where a verification stands. */
export type VerificationState =
  /** One side has asked. */
  | { readonly step: "requested" }
  /** The other side takes part. */
  | { readonly step: "ready" }
  /** Keys are exchanged; `mustAccept` if the other side has begun. */
  | { readonly step: "starting"; readonly mustAccept: boolean }
  /** Both see the same, if nobody is between them. */
  | { readonly step: "emoji"; readonly emoji: readonly VerificationEmoji[]; readonly decimals: readonly number[] }
  /** This side has confirmed. */
  | { readonly step: "confirming" }
  | { readonly step: "done" }
  | { readonly step: "cancelled"; readonly code: string; readonly reason: string; readonly byUs: boolean };

/** One of seven pictures. */
export interface VerificationEmoji {
  readonly symbol: string;
  /** In English. */
  readonly name: string;
}

/** A verification between two devices by short authentication strings. */
export interface EngineVerification {
  readonly userId: UserId;
  readonly weStarted: boolean;
  /** The other device, once it is known. */
  deviceId(): string | undefined;
  state(): VerificationState;
  /** Takes part in what the other side has asked for. */
  accept(): Promise<readonly OutgoingRequest[]>;
  /** Begins to exchange keys. */
  start(): Promise<readonly OutgoingRequest[]>;
  /** Takes part in the exchange that the other side has begun. */
  acceptStart(): Promise<readonly OutgoingRequest[]>;
  /** Says that both see the same. */
  confirm(): Promise<readonly OutgoingRequest[]>;
  /** Ends it; `isMismatch` if both do not see the same. */
  cancel(isMismatch: boolean): Promise<readonly OutgoingRequest[]>;
  /** Calls back after each change. */
  onChange(callback: () => void): void;
}

/** A verification that this side asks for, and the request that asks. */
export interface AskedVerification {
  readonly verification: EngineVerification;
  readonly request: OutgoingRequest;
}

/** A device of a user. */
export interface KnownDevice {
  readonly deviceId: string;
  readonly name: string | undefined;
  readonly isVerified: boolean;
}

/** What an engine does to verify devices. */
export interface VerificationEngine {
  /** A verification that the other side has asked for. */
  find(userId: UserId, flowId: string): Promise<EngineVerification | undefined>;
  /** Asks all other devices of the user. Rejects if the user has no identity. */
  requestOwn(): Promise<AskedVerification>;
  /** Asks one device. Rejects if it is not known. */
  requestDevice(userId: UserId, deviceId: string): Promise<AskedVerification>;
  /** The devices of a user, as far as they are known. */
  devices(userId: UserId): Promise<readonly KnownDevice[]>;
}
