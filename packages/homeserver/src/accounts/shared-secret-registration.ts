import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "@patrix/concurrency";
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
  /** Signs nonces, so that none need be kept and nobody can push one out by asking for others. */
  readonly #nonceKey = randomBytes(32);
  /** Nonces that were spent with the right code, by when they expire. */
  readonly #spent = new Map<string, number>();

  constructor(secret: string, clock: Clock) {
    this.#secret = secret;
    this.#clock = clock;
  }

  /** Makes a nonce, good for one registration within a minute. */
  createNonce(): string {
    const unsigned = `${this.#clock.now() + NONCE_LIFETIME_MS}.${randomBytes(16).toString("hex")}`;
    return `${unsigned}.${this.#sign(unsigned)}`;
  }

  /** Checks the code of a request and spends its nonce. @throws {AccountError} `UNKNOWN_NONCE`, `INVALID_REGISTRATION`, or `WRONG_CREDENTIALS` for a wrong code. */
  check({ nonce, username, password, admin = false, user_type: userType, mac }: SharedSecretRequest): void {
    const expires = this.#expiryOf(nonce);
    if (expires === undefined || this.#spent.has(nonce)) throw new AccountError("UNKNOWN_NONCE", "nonce: it is not known");
    const parts = [nonce, username, password, admin ? "admin" : "notadmin", ...(userType === undefined ? [] : [userType])];
    if (parts.slice(1).some((part) => part.includes("\0")))
      throw new AccountError("INVALID_REGISTRATION", "username, password: NUL is not allowed");
    const expected = createHmac("sha1", this.#secret).update(parts.join("\0")).digest();
    if (!isSame(Buffer.from(mac, "hex"), expected)) throw new AccountError("WRONG_CREDENTIALS", "mac: it does not match");
    for (const [spent, ts] of this.#spent) if (ts < this.#clock.now()) this.#spent.delete(spent);
    this.#spent.set(nonce, expires);
  }

  /** When a nonce ends; `undefined` if it is over or not this server's. */
  #expiryOf(nonce: string): number | undefined {
    const [expires = "", random = "", signature = ""] = nonce.split(".");
    if (!isSame(Buffer.from(signature), Buffer.from(this.#sign(`${expires}.${random}`)))) return undefined;
    return Number(expires) < this.#clock.now() ? undefined : Number(expires);
  }

  #sign(unsigned: string): string {
    return createHmac("sha256", this.#nonceKey).update(unsigned).digest("hex");
  }
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
