import type { ClientEventWithoutRoomId } from "@patrix/events";

/** How an event was encrypted. */
export interface EventEncryption {
  /** `warning` if it is not sure who sent it, `failed` if it could not be decrypted. */
  readonly state: "ok" | "warning" | "failed";
  /** What is not as it should be, in English. */
  readonly reason?: string | undefined;
  /** Why its sender keeps the key back: a code as `m.unverified`. */
  readonly withheld?: string | undefined;
}

/** Kept beside the events, which are as the server sent them but for what was decrypted. */
const known = new WeakMap<object, EventEncryption>();

/** Notes how an event was encrypted. */
export function noteEncryption<E extends ClientEventWithoutRoomId>(event: E, encryption: EventEncryption): E {
  known.set(event, Object.freeze(encryption));
  return event;
}

/** How an event was encrypted; `undefined` if it was not, or comes from the store. */
export function encryptionOf(event: ClientEventWithoutRoomId): EventEncryption | undefined {
  return known.get(event);
}
