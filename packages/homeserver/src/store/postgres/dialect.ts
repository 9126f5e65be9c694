/** A statement of the catalogue as PostgreSQL takes it. */
export interface PostgresStatement {
  readonly text: string;
  /** The places of the parameters that are lists of keys. */
  readonly lists: ReadonlySet<number>;
}

/**
 * The words that an index of texts is asked for, in SQLite's form: `a AND (b OR c*)`. PostgreSQL writes it `a & (b | c:*)`.
 */
const toTsquery = (asked: string): string =>
  [
    [" AND ", " & "],
    [" OR ", " | "],
    ["*", ":*"],
  ].reduce((text, [from, to]) => `replace(${text}, '${from}', '${to}')`, asked);

/**
 * Translates a statement of the catalogue: `?1` is `$1`, `in inList(?1)` is `= any($1)`, and `search_index match ?1` looks into the
 * column of the index.
 */
export function toPostgres(sql: string): PostgresStatement {
  const lists = new Set<number>();
  const text = sql
    .replaceAll(/\bin inList\(\?(\d+)\)/g, (_, number: string) => {
      lists.add(Number(number) - 1);
      return `= any(?${number})`;
    })
    .replaceAll(/\bsearch_index match (\?\d+)/g, (_, asked: string) => `vector @@ cast(${toTsquery(asked)} as tsquery)`)
    .replaceAll(/\?(\d+)/g, "$$$1");
  return { text, lists };
}

/**
 * Turns a writing statement into one that fails with `division_by_zero` where it changes no row: so a fence ends its transaction
 * without an answer having to come back first.
 */
export function toFence(text: string): string {
  return `with changed as (${text} returning 1) select 1 / count(*) from changed`;
}

/** The SQLSTATE of a fence that changed no row. */
export const FENCE_FAILED = "22012";

/**
 * Translates a statement of the schema. Text sorts by its bytes, as in SQLite, whatever the database's collation is.
 */
export function toPostgresSchema(sql: string): string {
  return sql
    .replaceAll(/\bwithout rowid\b/g, "")
    .replaceAll(/\binteger\b/g, "bigint")
    .replaceAll(/\bblob\b/g, "bytea")
    .replaceAll(/\btext\b/g, 'text collate "C"');
}
