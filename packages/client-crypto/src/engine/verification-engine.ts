import type { JsonObject } from "@patrix/api";
import type { EventId, RoomId, UserId } from "@patrix/identifiers";
import type { OutgoingRequest } from "./outgoing-request.ts";

/**
 * Ways of verifying, by the names that the specification has for what this side does: comparing emoji, showing a QR code, and scanning one.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#verification-methods}
 */
export type VerificationMethod = "m.sas.v1" | "m.qr_code.show.v1" | "m.qr_code.scan.v1";

/** Where a verification stands. */
export type VerificationState =
  /** One side has asked. */
  | { readonly step: "requested" }
  /** The other side takes part; `methods` are those that both can. */
  | { readonly step: "ready"; readonly methods: readonly VerificationMethod[] }
  /** Keys are exchanged; `mustAccept` if the other side may have begun. */
  | { readonly step: "starting"; readonly mustAccept: boolean }
  /** Both see the same, if nobody is between them. */
  | { readonly step: "emoji"; readonly emoji: readonly VerificationEmoji[]; readonly decimals: readonly number[] }
  /** Somebody who has seen the code of this side says to be the other side. */
  | { readonly step: "scanned" }
  /** This side has confirmed, or has scanned the code of the other side, which has to confirm. */
  | { readonly step: "confirming" }
  | { readonly step: "done" }
  | { readonly step: "cancelled"; readonly code: string; readonly reason: string; readonly byUs: boolean };

/** One of seven pictures. */
export interface VerificationEmoji {
  readonly symbol: string;
  /** In English. */
  readonly name: string;
}

/** A verification between two devices, by whichever method. */
export interface EngineVerification {
  readonly userId: UserId;
  /** The transaction ID, or the ID of the event that asks. */
  readonly flowId: string;
  readonly weStarted: boolean;
  /** The room that it is in; `undefined` for one between devices. */
  readonly roomId: RoomId | undefined;
  /** The other device, once it is known. */
  deviceId(): string | undefined;
  state(): VerificationState;
  /** Takes part in what the other side has asked for, by these methods. */
  accept(methods: readonly VerificationMethod[]): Promise<readonly OutgoingRequest[]>;
  /** Begins to exchange keys, to compare emoji. */
  start(): Promise<readonly OutgoingRequest[]>;
  /** Takes part in the exchange that the other side has begun; nothing is to be sent where this one has. */
  acceptStart(): Promise<readonly OutgoingRequest[]>;
  /** What the QR code of this side says; `undefined` where the other side cannot scan it. */
  showCode(): Promise<Uint8Array | undefined>;
  /** Takes in what the QR code of the other side says. Rejects with `BAD_CODE` if it is not the one of this verification. */
  scanCode(code: Uint8Array): Promise<readonly OutgoingRequest[]>;
  /** Says that both see the same, or that the other side has scanned the code. */
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

/** A verification that this side asks for in a room: the message that asks, and what makes the verification of it when it is sent. */
export interface RoomVerification {
  readonly content: JsonObject;
  sent(eventId: EventId): Promise<EngineVerification>;
}

/** A device of a user. */
export interface KnownDevice {
  readonly deviceId: string;
  readonly name: string | undefined;
  readonly isVerified: boolean;
}

/** The identity of a user, as far as it is known. */
export interface KnownIdentity {
  /** Whether this user's identity has signed it. */
  readonly isVerified: boolean;
  /** Whether it is another one than the identity that was verified. */
  readonly hasChanged: boolean;
}

/** What an engine does to verify devices and users. */
export interface VerificationEngine {
  /** A verification that the other side has asked for. */
  find(userId: UserId, flowId: string): Promise<EngineVerification | undefined>;
  /** Takes in an event of a verification in a room, in the clear. */
  receive(roomId: RoomId, event: JsonObject): Promise<void>;
  /** Asks all other devices of the user. Rejects if the user has no identity. */
  requestOwn(methods: readonly VerificationMethod[]): Promise<AskedVerification>;
  /** Asks one device. Rejects if it is not known. */
  requestDevice(
    device: { readonly userId: UserId; readonly deviceId: string },
    methods: readonly VerificationMethod[],
  ): Promise<AskedVerification>;
  /** Asks another user in a room. Rejects if that user has no identity. */
  requestUser(
    user: { readonly userId: UserId; readonly roomId: RoomId },
    methods: readonly VerificationMethod[],
  ): Promise<RoomVerification>;
  /** The devices of a user, as far as they are known. */
  devices(userId: UserId): Promise<readonly KnownDevice[]>;
  /** The identity of a user; `undefined` if there is none. */
  identity(userId: UserId): Promise<KnownIdentity | undefined>;
}
