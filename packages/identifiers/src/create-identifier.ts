import type { ClientSecret } from "./client-secret.ts";
import type { DeviceId } from "./device-id.ts";
import type { EventId } from "./event-id.ts";
import type { RoomId } from "./room-id.ts";
import type { ServerName } from "./server-name.ts";
import type { SessionId } from "./session-id.ts";
import type { TransactionId } from "./transaction-id.ts";
import type { UserId } from "./user-id.ts";

/** Source of randomness: gives the number of bytes asked for. */
export type RandomBytes = (sizeBytes: number) => Uint8Array;

/** Random bytes from the platform's Web Crypto. */
export const cryptoRandomBytes: RandomBytes = (sizeBytes) => globalThis.crypto.getRandomValues(new Uint8Array(sizeBytes));

const LOWER = "abcdefghijklmnopqrstuvwxyz234567";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Each byte picks one of 32 characters, so every character is worth 5 bits and none is more likely. */
function randomText(alphabet: string, length: number, random: RandomBytes): string {
  let text = "";
  for (const byte of random(length)) text += alphabet.charAt(byte % alphabet.length);
  return text;
}

/** Makes a transaction ID of 120 random bits. */
export function createTransactionId(random: RandomBytes = cryptoRandomBytes): TransactionId {
  return randomText(LOWER, 24, random);
}

/** Makes a device ID of 50 random bits: ten capital letters and digits. */
export function createDeviceId(random: RandomBytes = cryptoRandomBytes): DeviceId {
  return randomText(UPPER, 10, random);
}

/** Makes a client secret of 160 random bits. */
export function createClientSecret(random: RandomBytes = cryptoRandomBytes): ClientSecret {
  return randomText(LOWER, 32, random);
}

/** Makes a session ID of 160 random bits. */
export function createSessionId(random: RandomBytes = cryptoRandomBytes): SessionId {
  return randomText(LOWER, 32, random);
}

/** Makes a user ID with a localpart of 60 random bits. */
export function createUserId(serverName: ServerName, random: RandomBytes = cryptoRandomBytes): UserId {
  return `@${randomText(LOWER, 12, random)}:${serverName}`;
}

/** Makes a room ID of 120 random bits in the form of room versions 1 to 11; from 12 on, the ID is a hash. */
export function createRoomId(serverName: ServerName, random: RandomBytes = cryptoRandomBytes): RoomId {
  return `!${randomText(LOWER, 24, random)}:${serverName}`;
}

/** Makes an event ID of 120 random bits in the form of room versions 1 and 2; from 3 on, the ID is a hash. */
export function createEventId(serverName: ServerName, random: RandomBytes = cryptoRandomBytes): EventId {
  return `$${randomText(LOWER, 24, random)}:${serverName}`;
}
