import { StoreError } from "../errors.ts";
import type { Query, SqlValue, WriteOperation } from "../statement.ts";
import type { OutageListener, Store } from "../store.ts";
import { isDiskFailure, messageOf } from "./failure.ts";
import { openFailure } from "./open-failure.ts";
import { ReadPool } from "./read-pool.ts";
import { Writer } from "./writer.ts";

/** The most connections that read. */
const READ_CONNECTIONS = 4;
/** How long reads and commits wait for a server that does not answer, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How a store differs from the usual one. */
export interface PostgresStoreOptions {
  /** How long reads and commits wait for a server that does not answer, in milliseconds; ten seconds by default. */
  readonly patienceMs?: number;
}

/** A store in a PostgreSQL database of its own: some connections read, and one writes. */
export class PostgresStore implements Store {
  readonly #pool: ReadPool;
  readonly #writer: Writer;
  #closed: Promise<void> | undefined;

  private constructor(pool: ReadPool, writer: Writer) {
    this.#pool = pool;
    this.#writer = writer;
  }

  /**
   * Opens a database, which must be there, and brings its schema up to date.
   *
   * @throws {StoreError} `UNREACHABLE`, `NOT_A_DATABASE`, `UNSUPPORTED`, `DATA_IN_USE`, `NOT_WRITABLE`, `SCHEMA_TOO_NEW` or `MIGRATION_FAILED`.
   */
  static async open(url: string, { patienceMs = PATIENCE_MS }: PostgresStoreOptions = {}): Promise<PostgresStore> {
    try {
      const writer = await Writer.start({ url, patienceMs });
      return new PostgresStore(new ReadPool({ url, connections: READ_CONNECTIONS, patienceMs }), writer);
    } catch (error) {
      throw error instanceof StoreError ? error : openFailure(error);
    }
  }

  async get<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row | undefined> {
    return (await this.all(statement, ...params))[0];
  }

  async all<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row[]> {
    try {
      // The catalogue declares what each statement's rows hold.
      return (await this.#pool.read(statement as Query<readonly SqlValue[], Row>, params)) as Row[];
    } catch (error) {
      if (!isDiskFailure(error)) throw error;
      const failure = new StoreError("DISK_FAILED", `the database cannot be read: ${messageOf(error)}`, error);
      this.#writer.fail(failure);
      throw failure;
    }
  }

  commit(batch: readonly WriteOperation[]): Promise<void> {
    return this.#writer.commit(batch);
  }

  onFailure(listener: (error: StoreError) => void): void {
    this.#writer.onFailure(listener);
  }

  onOutage(listener: OutageListener): void {
    this.#writer.onOutage(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
    await this.#writer[Symbol.asyncDispose]();
  }
}
