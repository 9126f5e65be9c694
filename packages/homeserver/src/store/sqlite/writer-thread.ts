/**
 * The writer thread: the only writable connection of the database.
 *
 * @packageDocumentation
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type MessagePort, parentPort } from "node:worker_threads";
import { isDiskFailure } from "./disk-failure.ts";
import { openDatabase } from "./open-database.ts";
import type { CommitRequest, OpenRequest, WriteFailure, WriterReply, WriterRequest } from "./writer-protocol.ts";

interface Prepared {
  readonly statement: StatementSync;
  readonly isFence: boolean;
}

class FencedError extends Error {}

/** Runs one batch in one transaction. */
function commit(database: DatabaseSync, prepared: Prepared[], request: CommitRequest): void {
  for (const { index, sql, isFence } of request.statements) prepared[index] = { statement: database.prepare(sql), isFence };
  database.exec("begin immediate");
  try {
    for (let i = 0; i < request.indices.length; i++) {
      const known = prepared[request.indices[i] ?? -1];
      if (!known) throw new Error(`statement ${request.indices[i]} was never sent`);
      const { changes } = known.statement.run(...(request.params[i] ?? []));
      if (known.isFence && changes === 0) throw new FencedError("another process writes to the database");
    }
    database.exec("commit");
  } catch (error) {
    // SQLite rolls back by itself on some errors, disk full among them.
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}

function failureOf(error: unknown): WriteFailure {
  if (error instanceof FencedError) return "FENCED";
  return isDiskFailure(error) ? "DISK_FAILED" : "COMMIT_FAILED";
}

function serve(database: DatabaseSync, port: MessagePort): void {
  const prepared: Prepared[] = [];
  port.on("message", (request: WriterRequest) => {
    let reply: WriterReply = { ok: true };
    try {
      if (request.kind === "commit") commit(database, prepared, request);
      else database.close();
    } catch (error) {
      reply = { ok: false, code: failureOf(error), message: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(reply);
    if (request.kind === "close") port.close();
  });
  port.postMessage({ ok: true } satisfies WriterReply);
}

const port = parentPort;
port?.once("message", ({ path }: OpenRequest) => serve(openDatabase(path), port));
