/**
 * The writer thread: the only writable connection of the database.
 *
 * @packageDocumentation
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "./open-database.ts";
import type { CommitRequest, WriterReply, WriterRequest } from "./writer-protocol.ts";

/** Runs one batch in one transaction. */
function commit(database: DatabaseSync, prepared: StatementSync[], request: CommitRequest): void {
  for (const [index, sql] of request.statements) prepared[index] = database.prepare(sql);
  database.exec("begin immediate");
  try {
    for (let i = 0; i < request.indices.length; i++) {
      const statement = prepared[request.indices[i] ?? -1];
      if (!statement) throw new Error(`statement ${request.indices[i]} was never sent`);
      statement.run(...(request.params[i] ?? []));
    }
    database.exec("commit");
  } catch (error) {
    // SQLite rolls back by itself on some errors, disk full among them.
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}

const database = openDatabase((workerData as { path: string }).path);
const prepared: StatementSync[] = [];
const port = parentPort;

port?.on("message", (request: WriterRequest) => {
  let reply: WriterReply = { ok: true };
  try {
    if (request.kind === "commit") commit(database, prepared, request);
    else database.close();
  } catch (error) {
    reply = { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(reply);
  if (request.kind === "close") port.close();
});
port?.postMessage({ ok: true } satisfies WriterReply);
