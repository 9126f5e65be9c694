import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Semaphore } from "@patrix/concurrency";
import { OverloadedError, requireWithin } from "../errors.ts";
import { AccountError } from "./errors.ts";

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

/** Derives a key from a password with Argon2id. */
export type DeriveKey = (algorithm: "argon2id", parameters: Argon2Parameters) => Promise<Buffer>;

const deriveKey: DeriveKey = promisify(argon2);

/** Hashes and checks passwords with Argon2id, two at a time. */
export class Passwords {
  readonly #cost: Cost;
  readonly #derive: DeriveKey;
  readonly #slots = new Semaphore(MAX_AT_ONCE, { maxWaiting: MAX_WAITING });

  /** @param cost `fast` is for tests only. */
  constructor(cost: "standard" | "fast" = "standard", derive: DeriveKey = deriveKey) {
    this.#cost = costs[cost];
    this.#derive = derive;
  }

  /** Hashes a password, as a PHC string. @throws {AccountError} `WEAK_PASSWORD`. @throws {LimitError} For one over 512 characters. @throws {OverloadedError} If too many wait. */
  async hash(password: string): Promise<string> {
    if (password.length === 0) throw new AccountError("WEAK_PASSWORD", "password: it is empty");
    checkLength(password);
    const salt = randomBytes(16);
    const { memory, passes } = this.#cost;
    const key = await this.#inTurn(password, salt, { memory, passes });
    return `$argon2id$v=19$m=${memory},t=${passes},p=1$${unpadded(salt)}$${unpadded(key)}`;
  }

  /** Tells whether a password is the one of a hash; without a hash it takes as long and says no. */
  async verify(password: string, hash: string | null | undefined): Promise<boolean> {
    checkLength(password);
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

  async #inTurn(message: string, nonce: Buffer, { memory, passes }: Cost): Promise<Buffer> {
    if (this.#slots.isFull) throw new OverloadedError("too many passwords are being checked", 5_000);
    return this.#slots.run(() => this.#derive("argon2id", { message, nonce, memory, passes, parallelism: 1, tagLength: 32 }));
  }
}

function checkLength(password: string): void {
  requireWithin("passwordLength", password.length, "password");
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
