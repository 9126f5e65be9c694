import { MatrixError, ValidationError } from "@patrix/api";
import { type FederationErrorCode, isFederationError } from "@patrix/federation";

/** Why a server gave nothing, and what can be done. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** One sentence. */
  readonly advice: string;
}

const NOT_REACHED = "Check the name, whether the server is up, and your own connection.";
const NOT_OURS = "Only the administrator of that server can mend this.";
const ADVICE: Readonly<Partial<Record<FederationErrorCode, string>>> = {
  INVALID_SERVER_NAME: "Check the name for typing errors.",
  SERVER_NOT_FOUND: NOT_REACHED,
  CONNECTION_FAILED: NOT_REACHED,
  CONNECTION_LOST: "Try again.",
  TIMED_OUT: NOT_REACHED,
  ADDRESS_NOT_ALLOWED: "If you trust that network, add --allow-private.",
  CERTIFICATE_NOT_VALID: "The certificate must be valid for that name; --ca FILE adds an authority of your own.",
};

/** Puts an error of a request to another server into words. */
export function describeFailure(error: unknown): Failure {
  if (isFederationError(error)) return { code: error.code, message: error.message, advice: ADVICE[error.code] ?? NOT_OURS };
  if (error instanceof MatrixError) {
    // What a server sends goes to a terminal only if it is a plain word.
    const code = /^\w{1,64}$/.test(error.errcode) ? error.errcode : "M_UNKNOWN";
    return { code, message: `it answered with status ${error.status}`, advice: NOT_OURS };
  }
  if (error instanceof ValidationError) return { code: "MALFORMED_KEYS", message: "its answer is no key response", advice: NOT_OURS };
  return { code: "unexpected", message: error instanceof Error ? error.message : String(error), advice: "Please report this." };
}
