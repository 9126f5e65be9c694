/** Options of whatever can be given up. */
export interface Abortable {
  /** Rejects or ends the operation with the signal's reason. */
  signal?: AbortSignal | undefined;
}
