/** What decides between two backed-up keys of a session. */
export interface BackedUpKey {
  readonly first_message_index: number;
  readonly forwarded_count: number;
  readonly is_verified: boolean;
}

/**
 * Tells whether a key replaces the stored one: a verified key wins, then the one that starts earlier, then the one forwarded less.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups}
 */
export function isBetterBackup(key: BackedUpKey, stored: BackedUpKey): boolean {
  if (key.is_verified !== stored.is_verified) return key.is_verified;
  if (key.first_message_index !== stored.first_message_index) return key.first_message_index < stored.first_message_index;
  return key.forwarded_count < stored.forwarded_count;
}
