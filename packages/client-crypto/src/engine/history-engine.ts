import type { RoomId, UserId } from "@patrix/identifiers";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** Keys of a room in a file, encrypted; `info` says how, as JSON. */
export interface EncryptedBundle {
  readonly bytes: Uint8Array;
  readonly info: string;
}

/** A room that was joined on an invite, and whose history's keys may still come from who has invited. */
export interface AwaitedBundle {
  readonly roomId: RoomId;
  readonly inviter: UserId;
  /** When the invite was accepted, in milliseconds since the Unix epoch. */
  readonly acceptedTs: number;
}

/** What an engine does with the keys of history that is shared with those who are invited. */
export interface HistoryEngine {
  /** Whether all keys of a room that the backup has were taken in once. */
  hasAllKeys(roomId: RoomId): Promise<boolean>;
  noteAllKeys(roomId: RoomId): Promise<void>;
  /** The keys of a room that may be shared; `undefined` if there are none. */
  makeBundle(roomId: RoomId): Promise<EncryptedBundle | undefined>;
  /** The messages that tell the devices of a user, those that the user has signed, where the keys are. */
  shareBundle(roomId: RoomId, userId: UserId, file: { readonly url: string; readonly info: string }): Promise<readonly OutgoingRequest[]>;
  /** Remembers, over restarts, that keys of a room may come from who has invited. */
  await(roomId: RoomId, inviter: UserId): Promise<void>;
  awaited(): Promise<readonly AwaitedBundle[]>;
  stopAwaiting(roomId: RoomId): Promise<void>;
  /** Where the keys are, if a device of the inviter that the inviter has signed has told. The keys of the inviter must be up to date. */
  bundleOf(roomId: RoomId, inviter: UserId): Promise<{ readonly url: string } | undefined>;
  /** Takes in the file that {@link HistoryEngine.bundleOf} names. Rejects if it is not the one that was sent. */
  importBundle(roomId: RoomId, inviter: UserId, bytes: Uint8Array): Promise<void>;
}
