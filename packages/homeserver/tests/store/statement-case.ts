// What the cases of statements are made of.
import { operation, type Query, type SqlValue, type Write, type WriteOperation } from "../../src/store/statement.ts";

/** A reading statement with its parameters. */
export interface ReadCase {
  readonly statement: Query<readonly SqlValue[], unknown>;
  readonly params: readonly SqlValue[];
}

/** A reading statement with its parameters, as they are typed. */
export function read<Params extends readonly SqlValue[]>(statement: Query<Params, unknown>, ...params: Params): ReadCase {
  return { statement: statement as Query<readonly SqlValue[], unknown>, params };
}

/** One execution of each of some statements. */
export const each = <Params extends readonly SqlValue[]>(statements: readonly Write<Params>[], ...params: Params): WriteOperation[] =>
  statements.map((statement) => operation(statement, ...params));

/** The largest integer that a column holds. */
export const LARGEST: number = Number.MAX_SAFE_INTEGER;
/** Text of more than one byte a character, and with a NUL. */
export const json: string = '{"a":"é😀\\u0000"}';
