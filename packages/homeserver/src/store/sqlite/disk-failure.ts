/** Primary result codes of SQLite after which the file cannot be trusted: I/O error, malformed, not a database. */
const DISK_CODES: ReadonlySet<number> = new Set([10, 11, 26]);

/** Whether an error of SQLite means that the disk fails, and not that it is full or the statement wrong. */
export function isDiskFailure(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" && DISK_CODES.has(code & 0xff);
}
