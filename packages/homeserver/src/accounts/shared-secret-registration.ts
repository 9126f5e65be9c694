import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type Clock, LruCache } from "@patrix/concurrency";
import { AccountError } from "./errors.ts";

const NONCE_LIFETIME_MS = 60_000;

/** What an administrator's tool sends to register a user. */
export interface SharedSecretRequest {
  readonly nonce: string;
  readonly username: string;
  readonly password: string;
  readonly admin?: boolean | undefined;
  readonly user_type?: string | undefined;
  /** HMAC-SHA1 of nonce, name, password, `admin` or `notadmin`, and the user type, joined by NUL. */
  readonly mac: string;
}

/** Registration by a secret that the server shares with its administrator's tools, as Synapse has it. */
export class SharedSecretRegistration {
  readonly #secret: string;
  readonly #clock: Clock;
  readonly #nonces = new LruCache<string, number>(1_000);

  constructor(secret: string, clock: Clock) {
    this.#secret = secret;
    this.#clock = clock;
  }

  /** Makes a nonce, good for one registration within a minute. */
  createNonce(): string {
    const nonce = randomBytes(32).toString("hex");
    this.#nonces.set(nonce, this.#clock.now() + NONCE_LIFETIME_MS);
    return nonce;
  }

  /** Checks the code of a request and spends its nonce. @throws {AccountError} `UNKNOWN_NONCE`, `INVALID_REGISTRATION`, or `WRONG_CREDENTIALS` for a wrong code. */
  check({ nonce, username, password, admin = false, user_type: userType, mac }: SharedSecretRequest): void {
    const expires = this.#nonces.get(nonce);
    if (expires === undefined || expires < this.#clock.now()) throw new AccountError("UNKNOWN_NONCE", "nonce: it is not known");
    this.#nonces.delete(nonce);
    const parts = [nonce, username, password, admin ? "admin" : "notadmin", ...(userType === undefined ? [] : [userType])];
    if (parts.slice(1).some((part) => part.includes("\0")))
      throw new AccountError("INVALID_REGISTRATION", "username, password: NUL is not allowed");
    const expected = createHmac("sha1", this.#secret).update(parts.join("\0")).digest();
    const given = Buffer.from(mac, "hex");
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new AccountError("WRONG_CREDENTIALS", "mac: it does not match");
  }
}
