import type { StoreError } from "./errors.ts";
import type { Query, SqlValue, WriteOperation } from "./statement.ts";

/** Hears that the database does not answer, and why; and `undefined` once it answers again. */
export type OutageListener = (reason: string | undefined) => void;

/** Reads by catalogue statement. */
export interface StoreReader {
  /** Reads the first row. */
  get<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row | undefined>;
  /** Reads every row. */
  all<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row[]>;
}

/** Durable storage: reads by catalogue statement, and one way to write. */
export interface Store extends StoreReader, AsyncDisposable {
  /**
   * Runs every operation in one transaction and resolves once it is durable; on an error nothing of it is kept.
   * Batches are committed in the order of the calls.
   *
   * @throws {StoreError} `COMMIT_FAILED` for what may pass, such as a full disk, `UNAVAILABLE` for a database that does not answer; the
   * codes of {@link Store.onFailure} for what will not.
   */
  commit(batch: readonly WriteOperation[]): Promise<void>;
  /**
   * Calls back when nothing can be written any more by this process: its disk fails (`DISK_FAILED`), its writer is gone
   * (`WRITER_DIED`), or another process has taken over (`FENCED`). Only a restart helps.
   */
  onFailure(listener: (error: StoreError) => void): void;
  /**
   * Calls back when the database, on a server of its own, stops answering, and when it answers again. Meanwhile reads and commits wait
   * a while and then fail with `UNAVAILABLE`; a commit that was under way waits until it is known whether it was kept.
   */
  onOutage(listener: OutageListener): void;
}
