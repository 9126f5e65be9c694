import { MatrixError } from "@patrix/api";
import type { SendTransactionBody } from "@patrix/appservice-api";
import type { Logger } from "@patrix/client";
import { KeyedQueue } from "@patrix/concurrency";
import type { BasicEvent, ClientEvent } from "@patrix/events";
import type { DurableQueue } from "../queue/durable-queue.ts";
import { type AppserviceStore, change } from "../store/appservice-store.ts";
import { type News, readTransaction } from "./read-transaction.ts";

/** What a {@link TransactionIntake} is made of. */
export interface IntakeParts {
  readonly store: AppserviceStore;
  readonly queue: DurableQueue<News>;
  readonly ephemeral: (event: BasicEvent) => void;
  /** Told of each event before the transaction is answered, and long before it is handled. */
  readonly notice: (event: ClientEvent) => void;
  readonly logger: Logger;
}

/** How many transactions are known again; a homeserver repeats only those that were not answered. */
export const REMEMBERED_TRANSACTIONS = 1_000;

/**
 * Takes transactions: each once, by its ID. A transaction is answered when what it tells is stored, before it is handled, so that the
 * answer says only whether the homeserver must send it again.
 */
export class TransactionIntake {
  readonly #parts: IntakeParts;
  readonly #turns = new KeyedQueue<"transaction">();
  /** The latest IDs by their numbers, the oldest first. */
  readonly #known: Map<string, number>;
  #number: number;

  private constructor(parts: IntakeParts, known: Map<string, number>) {
    this.#parts = parts;
    this.#known = known;
    this.#number = [...known.values()].at(-1) ?? 0;
  }

  /** Takes up which transactions were taken. */
  static async open(parts: IntakeParts): Promise<TransactionIntake> {
    const stored = [...(await parts.store.all("patrix.transactions"))].map(([id, n]) => [id, typeof n === "number" ? n : 0] as const);
    return new TransactionIntake(parts, new Map(stored.toSorted(([, a], [, b]) => a - b)));
  }

  /**
   * Takes a transaction.
   *
   * @throws {MatrixError} 503 where so much waits that no more is taken: the homeserver comes again. @throws What the store throws.
   */
  take(txnId: string, body: SendTransactionBody): Promise<void> {
    return this.#turns.run("transaction", async () => {
      if (this.#known.has(txnId)) return;
      const { queue, ephemeral, notice, logger } = this.#parts;
      const { news, ephemeral: passing, problems } = readTransaction(body);
      if (problems.length > 0) logger.warn(`transaction ${txnId}: parts are left out: ${problems.slice(0, 3).join("; ")}`);
      if (!queue.hasRoomFor(news.length)) throw new MatrixError(503, "M_UNKNOWN", "too much waits to be handled");
      for (const { value } of news) if (value.kind === "event") notice(value.event);
      const number = this.#number + 1;
      const oldest = this.#known.size < REMEMBERED_TRANSACTIONS ? undefined : this.#known.keys().next().value;
      const changes = [change("patrix.transactions", txnId, number)];
      if (oldest !== undefined) changes.push(change("patrix.transactions", oldest, undefined));
      await queue.add(news, changes);
      this.#number = number;
      this.#known.set(txnId, number);
      if (oldest !== undefined) this.#known.delete(oldest);
      for (const event of passing) ephemeral(event);
    });
  }
}
