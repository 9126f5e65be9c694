/**
 * A value that a statement takes. Integers stay within ±(2^53 − 1). A text may hold any character, U+0000 among them; a lone surrogate,
 * which UTF-8 cannot say, is stored as U+FFFD.
 */
export type SqlValue = number | string | Uint8Array | null;

/** A named reading statement with typed parameters and rows. */
export interface Query<Params extends readonly SqlValue[], Row> {
  readonly name: string;
  readonly sql: string;
  /** Only a type: the parameters and the row. */
  readonly types?: (params: Params) => Row;
}

/** A named writing statement with typed parameters. */
export interface Write<Params extends readonly SqlValue[]> {
  readonly name: string;
  readonly sql: string;
  /** Whether it must change a row: where it does not, another process has taken over, and nothing of the batch is kept. */
  readonly isFence?: boolean;
  /** Only a type: the parameters. */
  readonly types?: (params: Params) => void;
}

/** One execution of a writing statement. */
export interface WriteOperation {
  readonly write: Write<readonly SqlValue[]>;
  readonly params: readonly SqlValue[];
}

/**
 * Declares a reading statement of the catalogue, in the subset that SQLite and PostgreSQL share:
 * numbered parameters (`?1`) and `inList(?1)` for a JSON array of keys.
 */
export function query<Params extends readonly SqlValue[], Row>(name: string, sql: string): Query<Params, Row> {
  return { name, sql };
}

/** Declares a writing statement of the catalogue. */
export function write<Params extends readonly SqlValue[]>(name: string, sql: string): Write<Params> {
  return { name, sql };
}

/** Declares a writing statement that must change a row, or the whole batch fails with `FENCED`. */
export function fence<Params extends readonly SqlValue[]>(name: string, sql: string): Write<Params> {
  return { name, sql, isFence: true };
}

/** Binds parameters to a writing statement. */
export function operation<Params extends readonly SqlValue[]>(statement: Write<Params>, ...params: Params): WriteOperation {
  return { write: statement as Write<readonly SqlValue[]>, params };
}

/** The parameter of `inList(…)`: a list of keys as one value. A lone surrogate is U+FFFD, as in every text that is stored. */
export function keyList(keys: Iterable<number | string>): string {
  return JSON.stringify(Array.from(keys, (key) => (typeof key === "string" ? key.replaceAll(/\p{Surrogate}/gu, "\uFFFD") : key)));
}
