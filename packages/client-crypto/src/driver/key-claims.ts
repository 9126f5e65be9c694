import { Semaphore } from "@patrix/concurrency";
import type { UserId } from "@patrix/identifiers";
import type { CryptoEngine } from "../engine/crypto-engine.ts";
import { type CryptoRequests, exchange } from "./send-outgoing.ts";

/** Gets one-time keys of devices that nothing can be sent to yet: one request at a time. */
export class KeyClaims {
  readonly #parts: { readonly engine: CryptoEngine; readonly requests: CryptoRequests };
  readonly #turn = new Semaphore(1);

  constructor(parts: { readonly engine: CryptoEngine; readonly requests: CryptoRequests }) {
    this.#parts = parts;
  }

  /** Claims what is missing for users, and for devices that the engine has something for; tells whether there was anything. */
  claim(userIds: readonly UserId[]): Promise<boolean> {
    return this.#turn.run(async () => {
      const request = await this.#parts.engine.missingSessions(userIds);
      if (request) await exchange(this.#parts, request);
      return request !== undefined;
    });
  }
}
