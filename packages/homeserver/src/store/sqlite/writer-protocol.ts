import type { SqlValue } from "../statement.ts";

/** The first message to the writer thread, once the file is there. */
export interface OpenRequest {
  readonly path: string;
}

/** A statement that the writer thread has not seen. */
export interface NewStatement {
  readonly index: number;
  readonly sql: string;
  readonly isFence: boolean;
}

/** A batch for the writer thread. Statements travel once, as text; operations name them by index. */
export interface CommitRequest {
  readonly kind: "commit";
  /** Statements that the thread has not seen. */
  readonly statements: readonly NewStatement[];
  /** Statement indices and their parameters, in order. */
  readonly indices: readonly number[];
  readonly params: readonly (readonly SqlValue[])[];
}

/** What the main thread asks of the writer thread once its connection is open. */
export type WriterRequest = CommitRequest | { readonly kind: "close" };

/** The writer thread's answer: one for the open connection, then one for each request, in order. */
export type WriterReply = { readonly ok: true } | { readonly ok: false; readonly code: WriteFailure; readonly message: string };

/** Why a batch was not stored: for a reason that may pass, or for good. */
export type WriteFailure = "COMMIT_FAILED" | "DISK_FAILED" | "FENCED";
