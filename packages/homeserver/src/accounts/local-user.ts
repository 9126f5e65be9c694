/** A user of this server. */
export interface LocalUser {
  readonly userNid: number;
  readonly userId: `@${string}:${string}`;
}

/** An account as it was when somebody proved that it is theirs. */
export interface ProvenAccount extends LocalUser {
  /** What was proven; `null` for an account without a password. */
  readonly passwordHash: string | null;
}
