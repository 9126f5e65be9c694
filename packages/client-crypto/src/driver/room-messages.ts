import { Semaphore } from "@patrix/concurrency";
import type { OutgoingRequest } from "../engine/outgoing-request.ts";
import { CryptoError } from "../errors.ts";

/**
 * Sends what the engine wants said in rooms: one after the other, and apart from all else it wants sent, since in encrypted rooms a message
 * waits for that.
 */
export class RoomMessages {
  readonly #exchange: (request: OutgoingRequest) => Promise<void>;
  readonly #logger: { warn(message: string, cause?: unknown): void };
  readonly #turn = new Semaphore(1);
  readonly #underWay = new Set<string>();

  constructor(exchange: (request: OutgoingRequest) => Promise<void>, logger: { warn(message: string, cause?: unknown): void }) {
    this.#exchange = exchange;
    this.#logger = logger;
  }

  /** Sends a message meanwhile, unless it is under way already. One that fails is wanted again, and comes with the next flush. */
  send(request: OutgoingRequest): void {
    const id = request.id ?? "";
    if (this.#underWay.has(id)) return;
    this.#underWay.add(id);
    void this.#turn
      .run(() => this.#exchange(request))
      .catch((error: unknown) => {
        if (error instanceof CryptoError && error.code === "CLOSED") return;
        this.#logger.warn("encryption: a message of a verification could not be sent; again after the next sync", error);
      })
      .finally(() => this.#underWay.delete(id));
  }
}
