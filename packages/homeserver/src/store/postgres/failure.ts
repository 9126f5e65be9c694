import type { StoreError } from "../errors.ts";

/** The SQLSTATE of an error that the server reported; `undefined` for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && "severity" in (error as object) ? code : undefined;
}

/**
 * Whether an error means that the server cannot be reached for now, rather than that a statement is wrong: the connection is lost or
 * refused, the server stops, starts, has no connection left, or has become one that only reads.
 */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return true;
  return /^(08|57P0[1-5]|53300|25006)/.test(state);
}

/** Whether an error means that the server's disk fails, not that it is full: an I/O error, corrupt data, a corrupt index. */
export function isDiskFailure(error: unknown): boolean {
  return ["58030", "XX001", "XX002"].includes(sqlState(error) ?? "");
}

/** The code of the store's error for one of a statement. */
export function failureOf(error: unknown): StoreError["code"] {
  return isDiskFailure(error) ? "DISK_FAILED" : "COMMIT_FAILED";
}

/** The text of an error, which holds no secret. */
export function messageOf(error: unknown): string {
  // Several addresses of one name are tried, and each fails in its own way.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
