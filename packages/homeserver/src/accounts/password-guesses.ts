import { type Clock, LruCache } from "@patrix/concurrency";
import { OverloadedError } from "../errors.ts";
import { limits } from "../limits.ts";

const HOUR_MS = 3_600_000;
/** The most accounts whose guesses are remembered; the one tried longest ago is forgotten first. */
const REMEMBERED_ACCOUNTS = 50_000;

interface Guesses {
  count: number;
  readonly startedMs: number;
}

/**
 * Bounds how often the password of an account is guessed wrong within an hour, from wherever and by whichever operation. A guess
 * counts from its beginning, so that many at once are no more than many in a row.
 */
export class PasswordGuesses {
  readonly #clock: Clock;
  readonly #byAccount = new LruCache<string, Guesses>(REMEMBERED_ACCOUNTS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Checks a password, which counts unless it is right. @throws {OverloadedError} Once too many were wrong. */
  async check(userId: string, isRight: () => Promise<boolean>): Promise<boolean> {
    const guesses = this.#of(userId);
    if (guesses.count >= limits.wrongPasswords.value)
      throw new OverloadedError("too many wrong passwords for this account", guesses.startedMs + HOUR_MS - this.#clock.now());
    guesses.count++;
    const right = await isRight();
    if (right) guesses.count--;
    return right;
  }

  #of(userId: string): Guesses {
    const now = this.#clock.now();
    const known = this.#byAccount.get(userId);
    if (known && now >= known.startedMs && now < known.startedMs + HOUR_MS) return known;
    const guesses = { count: 0, startedMs: now };
    this.#byAccount.set(userId, guesses);
    return guesses;
  }
}
