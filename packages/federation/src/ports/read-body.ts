import { readAtMost } from "@patrix/api";
import { FederationError } from "../errors.ts";
import type { HttpsResponse } from "./https.ts";

/**
 * Reads a body, and stops at once where it is larger than allowed or says that it is.
 *
 * @throws {@link FederationError} `RESPONSE_TOO_LARGE`; the signal's reason if it aborts between two pieces.
 */
export async function readBody({ headers, body }: HttpsResponse, maxSizeBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const isAnnounced = Number(headers["content-length"] ?? 0) > maxSizeBytes;
  const pieces = body[Symbol.asyncIterator]();
  const read = async (): ReturnType<typeof pieces.next> => {
    const piece = await pieces.next();
    signal.throwIfAborted();
    return piece;
  };
  try {
    // One piece is read of whatever is announced: only what has begun closes its connection at its end.
    const bytes = await readAtMost(read, isAnnounced ? -1 : maxSizeBytes);
    if (bytes) return bytes;
    throw new FederationError("RESPONSE_TOO_LARGE", `the response has more than ${maxSizeBytes} bytes`);
  } finally {
    await pieces.return?.();
  }
}
