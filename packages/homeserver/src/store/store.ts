import type { Query, SqlValue, WriteOperation } from "./statement.ts";

/** Durable storage: reads by catalogue statement, and one way to write. */
export interface Store extends AsyncDisposable {
  /** Reads the first row. */
  get<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row | undefined>;
  /** Reads every row. */
  all<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row[]>;
  /**
   * Runs every operation in one transaction and resolves once it is durable; on an error nothing of it is kept.
   * Batches are committed in the order of the calls.
   */
  commit(batch: readonly WriteOperation[]): Promise<void>;
}
