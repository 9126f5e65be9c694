import type { Client } from "pg";
import { copyStore, type CopyProgress } from "../copy/copy-store.ts";
import { StoreError } from "../errors.ts";
import { requireNewestSchema, type SaveOptions, type Snapshot } from "../snapshot.ts";
import { toSingleFile } from "../sqlite/single-file.ts";
import { SqliteStore } from "../sqlite/sqlite-store.ts";
import type { Query, SqlValue } from "../statement.ts";
import { connect } from "./connect.ts";
import { schemaVersion } from "./database.ts";
import { toPostgres } from "./dialect.ts";
import { isDiskFailure, isOutage, messageOf } from "./failure.ts";
import { openFailure } from "./open-failure.ts";
import { encodeValue } from "./values.ts";

/** A database as it was at one moment: a reading transaction of one connection. */
export class PostgresSnapshot implements Snapshot {
  readonly #client: Client;
  #closed: Promise<void> | undefined;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Opens a database, which may be in use. @throws {StoreError} `UNREACHABLE`, `NOT_A_DATABASE`, `SCHEMA_TOO_NEW`, `SCHEMA_TOO_OLD`. */
  static async open(url: string): Promise<PostgresSnapshot> {
    let client: Client | undefined;
    try {
      client = await connect(url, { isPipelined: false, lost: () => {} });
      await client.query("set idle_in_transaction_session_timeout = 0");
      await client.query("begin isolation level repeatable read read only");
      const version = await schemaVersion(client);
      if (version === 0) throw new StoreError("NOT_A_DATABASE", "database.url: the database holds no data of a server");
      requireNewestSchema(version);
      return new PostgresSnapshot(client);
    } catch (error) {
      await client?.end().catch(() => {});
      throw error instanceof StoreError ? error : openFailure(error);
    }
  }

  async get<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row | undefined> {
    return (await this.all(statement, ...params))[0];
  }

  async all<Params extends readonly SqlValue[], Row>({ sql }: Query<Params, Row>, ...params: Params): Promise<Row[]> {
    const { text, lists } = toPostgres(sql);
    const values = params.map((value, i) => encodeValue(value, lists.has(i)));
    try {
      // The catalogue declares what each statement's rows hold.
      return (await this.#client.query(text, values)).rows as Row[];
    } catch (error) {
      if (isDiskFailure(error)) throw new StoreError("DISK_FAILED", `the database cannot be read: ${messageOf(error)}`, error);
      if (isOutage(error)) throw new StoreError("UNAVAILABLE", `the database does not answer any more: ${messageOf(error)}`, error);
      throw error;
    }
  }

  /** PostgreSQL has its own ways to look at its files. */
  inspect(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  async saveAs(path: string, { progress, signal }: SaveOptions = {}): Promise<void> {
    {
      await using target = await SqliteStore.open(path);
      const copied = ({ step, table, rows, of }: CopyProgress): void => void (step === "copy" && progress?.({ table, done: rows, of }));
      await copyStore(this, target, { progress: copied, ...(signal && { signal }) });
    }
    toSingleFile(path);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#client.end();
    return this.#closed;
  }
}
