import type { SqlValue } from "../statement.ts";

/** A batch for the writer thread. Statements travel once, as text; operations name them by index. */
export interface CommitRequest {
  readonly kind: "commit";
  /** Statements that the thread has not seen, by index. */
  readonly statements: readonly (readonly [index: number, sql: string])[];
  /** Statement indices and their parameters, in order. */
  readonly indices: readonly number[];
  readonly params: readonly (readonly SqlValue[])[];
}

/** What the main thread asks of the writer thread. */
export type WriterRequest = CommitRequest | { readonly kind: "close" };

/** The writer thread's answer: one for the start, then one for each request, in order. */
export type WriterReply = { readonly ok: true } | { readonly ok: false; readonly message: string };
