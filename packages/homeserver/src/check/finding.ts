import type { SqlValue } from "../store/statement.ts";

/**
 * What a finding is about: a row refers to one that is not there (`REFERENCE`), says something else than its event (`COLUMN`), an event is
 * not what its hashes say (`HASH`), a state group cannot be read or has a wrong entry (`STATE_GROUP`), a room has another state than its
 * events say (`STATE`), a position lies beyond the log (`POSITION`), a file of media is not there (`MEDIA`), or the engine finds its
 * files damaged (`FILE`).
 */
export type FindingKind = "REFERENCE" | "COLUMN" | "HASH" | "STATE_GROUP" | "STATE" | "POSITION" | "MEDIA" | "FILE";

/** Something in a database that is not as it should be. */
export interface Finding {
  readonly kind: FindingKind;
  readonly table: string;
  /** The primary key of the row: bytes in hexadecimal, secrets left out. */
  readonly key: Readonly<Record<string, string | number | null>>;
  readonly message: string;
}

/** Takes findings as they are made. */
export type Report = (finding: Finding) => void;

/** Columns of keys that hold what nobody else should know. */
const SECRETS: ReadonlySet<string> = new Set(["pushkey"]);

/** The key of a row, for people. */
export function keyOf(row: Readonly<Record<string, SqlValue>>, columns: readonly string[]): Finding["key"] {
  return Object.fromEntries(
    columns.map((column) => {
      const value = row[column] ?? null;
      if (SECRETS.has(column)) return [column, "(hidden)"];
      return [column, value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value];
    }),
  );
}
