import { type Clock, LruCache } from "@patrix/concurrency";
import { keyOfToken } from "../key-of-token.ts";
import { limits } from "../limits.ts";
import { AccountError } from "./errors.ts";
import type { ProvenAccount } from "./local-user.ts";
import { createToken } from "./random-token.ts";

/** How long a login token can be used, in milliseconds. */
export const LOGIN_TOKEN_LIFETIME_MS = 120_000;

interface LoginToken {
  readonly account: ProvenAccount;
  readonly expiresTs: number;
}

/**
 * Tokens with which a user who is logged in logs in another device, each once. They live in memory: a restart ends them.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1loginget_token}
 */
export class LoginTokens {
  readonly #clock: Clock;
  /** By their hashes. */
  readonly #tokens = new LruCache<string, LoginToken>(limits.loginTokens.value);
  /** The hashes of a user's tokens, oldest first. */
  readonly #ofUser = new LruCache<number, string[]>(limits.loginTokens.value);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a token for an account that was proven; of those that a user has, the oldest end. */
  issue(account: ProvenAccount): string {
    const token = createToken("pal");
    const key = keyOfToken(token);
    const keys = [...(this.#ofUser.get(account.userNid) ?? []), key];
    for (const oldest of keys.splice(0, Math.max(0, keys.length - limits.loginTokensOfUser.value))) this.#tokens.delete(oldest);
    this.#ofUser.set(account.userNid, keys);
    this.#tokens.set(key, { account, expiresTs: this.#clock.now() + LOGIN_TOKEN_LIFETIME_MS });
    return token;
  }

  /** Takes a token, which is over with that. @throws {AccountError} `WRONG_CREDENTIALS` for one that is not, or no longer, valid. */
  take(token: string): ProvenAccount {
    const key = keyOfToken(token);
    const found = this.#tokens.get(key);
    this.#tokens.delete(key);
    if (!found || found.expiresTs <= this.#clock.now()) throw new AccountError("WRONG_CREDENTIALS", "token: it is not a valid login token");
    return found.account;
  }
}
