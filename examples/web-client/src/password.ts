// Right after signing in, the password is still known: setting up encryption need not ask for it again.
let kept: string | undefined;
const keptForMs = 5 * 60_000;

/** Keeps the password for a few minutes, in memory only. */
export function keepPassword(password: string): void {
  kept = password;
  setTimeout(() => (kept = undefined), keptForMs);
}

/** The password, if somebody has just signed in with it. */
export function recentPassword(): string | undefined {
  return kept;
}
