import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { StoreError } from "../errors.ts";
import type { Query, SqlValue } from "../statement.ts";
import { connect } from "./connect.ts";
import { type PostgresStatement, toPostgres } from "./dialect.ts";
import { isOutage, messageOf } from "./failure.ts";
import { encodeValue } from "./values.ts";

/** How long to wait between two attempts of a read, at first and at most. */
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 500;

/** Where and how a pool reads. */
export interface ReadPoolOptions {
  readonly url: string;
  /** The most connections. */
  readonly connections: number;
  /** How long a read waits for a server that does not answer, in milliseconds. */
  readonly patienceMs: number;
}

/** A place for a connection, which is opened when it is first wanted. */
interface Slot {
  client: Promise<Client> | undefined;
  /** How many reads wait for its answers. */
  reads: number;
}

/** Connections that only read. Each sends statements without waiting for earlier answers; the one with the least to do is taken. */
export class ReadPool implements AsyncDisposable {
  readonly #options: ReadPoolOptions;
  readonly #slots: readonly Slot[];
  readonly #statements = new Map<string, PostgresStatement & { readonly name: string }>();
  readonly #closing = new AbortController();

  constructor(options: ReadPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.connections }, () => ({ client: undefined, reads: 0 }));
  }

  /** Reads every row. @throws {StoreError} `UNAVAILABLE` if the server does not answer for a while, `CLOSED`. */
  async read(statement: Query<readonly SqlValue[], unknown>, params: readonly SqlValue[]): Promise<unknown[]> {
    const { name, text, lists } = this.#prepare(statement);
    const values = params.map((value, i) => encodeValue(value, lists.has(i)));
    const deadline = performance.now() + this.#options.patienceMs;
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      if (this.#closing.signal.aborted) throw new StoreError("CLOSED", "the store is closed");
      try {
        return await this.#query({ name, text, values });
      } catch (error) {
        if (!isOutage(error) || error instanceof StoreError) throw error;
        if (performance.now() > deadline) throw new StoreError("UNAVAILABLE", `the database does not answer: ${messageOf(error)}`, error);
      }
      await pause(retryMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#slots.map(async ({ client }) => (await client?.catch(() => undefined))?.end()));
  }

  #prepare({ sql }: Query<readonly SqlValue[], unknown>): PostgresStatement & { readonly name: string } {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = { ...toPostgres(sql), name: `read${this.#statements.size}` };
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  async #query(query: { name: string; text: string; values: unknown[] }): Promise<unknown[]> {
    const slot = this.#leastBusy();
    slot.reads++;
    try {
      const client = await (slot.client ??= this.#connect(slot));
      return (await client.query(query)).rows;
    } finally {
      slot.reads--;
    }
  }

  #leastBusy(): Slot {
    let best = this.#slots[0];
    for (const slot of this.#slots) if (!best || slot.reads < best.reads) best = slot;
    if (!best) throw new RangeError("connections: expected at least 1");
    return best;
  }

  #connect(slot: Slot): Promise<Client> {
    const forget = (): void => void (slot.client = undefined);
    const client = connect(this.#options.url, { isPipelined: true, lost: forget });
    client.catch(forget);
    return client;
  }
}
