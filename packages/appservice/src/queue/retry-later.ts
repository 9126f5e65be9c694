import { isTransient, MatrixError } from "@patrix/client";

/** Thrown by a handler that cannot do its work now through no fault of the work: it is tried again as often as needed. */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly code = "RETRY_LATER";
  /** How long to wait, in milliseconds; as long as after other failures if left out. */
  readonly afterMs: number | undefined;
  constructor(message: string, { afterMs, cause }: { afterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.afterMs = afterMs;
  }
}

/**
 * Whether a failure says nothing about what was handled: the homeserver is away, or there were too many requests. An error inside the
 * homeserver may well be about it.
 */
export function isPatient(error: unknown): boolean {
  if (error instanceof RetryLater) return true;
  return isTransient(error) && !(error instanceof MatrixError && error.status === 500);
}
