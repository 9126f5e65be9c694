import type { RequiredKey } from "@patrix/signatures";
import type { StoredKey } from "./key-store.ts";

/** A key that is wanted. */
export interface WantedKey extends RequiredKey {
  /** Until when it should be valid, in milliseconds since the epoch; 0 where that does not matter. */
  readonly minimumValidUntilTs: number;
}

/** Whether asking again could not give a better key than this one. */
export function isGoodEnough(key: StoredKey | undefined, minimumValidUntilTs: number): boolean {
  return key !== undefined && (key.expiredTs !== undefined || key.validUntilTs >= minimumValidUntilTs);
}

/** Reads an own member, so that key IDs such as `constructor` find nothing inherited. */
export function storedKey(keys: Readonly<Record<string, StoredKey>>, keyId: string): StoredKey | undefined {
  return Object.hasOwn(keys, keyId) ? keys[keyId] : undefined;
}
