import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { type ProgramClock, Semaphore } from "@patrix/concurrency";
import { OverloadedError, requireWithin } from "../errors.ts";
import { AccountError } from "./errors.ts";
import { held } from "../held.ts";
import { isBcrypt, verifyBcrypt } from "./verify-bcrypt.ts";

interface Cost {
  readonly memory: number;
  readonly passes: number;
}

const costs: Readonly<Record<"standard" | "fast", Cost>> = {
  // What OWASP recommends for Argon2id: 19 MiB and two passes.
  standard: { memory: 19_456, passes: 2 },
  fast: { memory: 64, passes: 1 },
};

/** The most hashes at once: each takes a core and 19 MiB. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 500;
/** The fewest characters of a new password where the configuration does not say. */
const DEFAULT_MIN_LENGTH = 8;

/** Derives a key from a password with Argon2id. */
export type DeriveKey = (algorithm: "argon2id", parameters: Argon2Parameters) => Promise<Buffer>;

const deriveKey: DeriveKey = promisify(argon2);

/** How passwords are kept. */
export interface PasswordOptions {
  /** Default: `standard`; `fast` is for tests only. */
  readonly cost?: "standard" | "fast" | undefined;
  /** The fewest characters of a new password. Default: 8. */
  readonly minLength?: number | undefined;
  /** What another server added to every password before it hashed it; only hashes that it brought are checked with it. */
  readonly pepper?: string | undefined;
  /** Default: that of Node. */
  readonly derive?: DeriveKey | undefined;
  /** Told of each computation. */
  readonly hold?: ProgramClock["hold"];
}

/**
 * Hashes and checks passwords with Argon2id, two at a time. A password is the same in whatever form of Unicode it is typed (NFKC).
 * Hashes of bcrypt, which a server that moved in has brought, are checked too.
 */
export class Passwords {
  readonly #cost: Cost;
  readonly #minLength: number;
  readonly #pepper: string;
  readonly #derive: DeriveKey;
  readonly #hold: ProgramClock["hold"];
  readonly #slots = new Semaphore(MAX_AT_ONCE, { maxWaiting: MAX_WAITING });

  constructor({ cost = "standard", minLength = DEFAULT_MIN_LENGTH, pepper = "", derive = deriveKey, hold }: PasswordOptions = {}) {
    this.#cost = costs[cost];
    this.#minLength = minLength;
    this.#pepper = pepper;
    this.#derive = derive;
    this.#hold = hold;
  }

  /** Hashes a new password, as a PHC string. @throws {AccountError} `WEAK_PASSWORD`. @throws {LimitError} For one over 512 characters. @throws {OverloadedError} If too many wait. */
  async hash(password: string): Promise<string> {
    if (password.length < this.#minLength)
      throw new AccountError("WEAK_PASSWORD", `password: expected at least ${this.#minLength} characters`);
    return this.rehash(password);
  }

  /** Hashes a password that is in use, however short. @throws {LimitError} and {OverloadedError} as {@link Passwords.hash}. */
  async rehash(password: string): Promise<string> {
    checkLength(password);
    const salt = randomBytes(16);
    const { memory, passes } = this.#cost;
    const key = await this.#inTurn(password, salt, { memory, passes });
    return `$argon2id$v=19$m=${memory},t=${passes},p=1$${unpadded(salt)}$${unpadded(key)}`;
  }

  /** Whether a hash is to be replaced once the password is known: it is not one of this server's. */
  isForeign(hash: string): boolean {
    return isBcrypt(hash);
  }

  /** Tells whether a password is the one of a hash; without a hash it takes as long and says no. */
  async verify(password: string, hash: string | null | undefined): Promise<boolean> {
    checkLength(password);
    if (hash != null && isBcrypt(hash)) return this.#whenFree(() => verifyBcrypt(password.normalize("NFKC") + this.#pepper, hash));
    const parts = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=1\$([\w+/]+)\$([\w+/]+)$/.exec(hash ?? "");
    if (!parts) {
      await this.#inTurn(password, randomBytes(16), this.#cost);
      return false;
    }
    const [, memory = "", passes = "", salt = "", key = ""] = parts;
    const expected = Buffer.from(key, "base64");
    const derived = await this.#inTurn(password, Buffer.from(salt, "base64"), { memory: Number(memory), passes: Number(passes) });
    return derived.length === expected.length && timingSafeEqual(derived, expected);
  }

  #inTurn(password: string, nonce: Buffer, { memory, passes }: Cost): Promise<Buffer> {
    const parameters = { message: password.normalize("NFKC"), nonce, memory, passes, parallelism: 1, tagLength: 32 };
    return this.#whenFree(() => this.#derive("argon2id", parameters));
  }

  async #whenFree<T>(task: () => Promise<T>): Promise<T> {
    if (this.#slots.isFull) throw new OverloadedError("too many passwords are being checked", 5_000);
    return held({ hold: this.#hold }, this.#slots.run(task));
  }
}

function checkLength(password: string): void {
  requireWithin("passwordLength", password.length, "password");
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
