import { concatBytes } from "@patrix/api";
import { FederationError } from "../errors.ts";
import type { HttpsResponse } from "./https.ts";

/**
 * Reads a body, and stops at once where it is larger than allowed or says that it is.
 *
 * @throws {@link FederationError} `RESPONSE_TOO_LARGE`; the signal's reason if it aborts between two pieces.
 */
export async function readBody({ headers, body }: HttpsResponse, maxSizeBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const tooLarge = (): FederationError => new FederationError("RESPONSE_TOO_LARGE", `the response has more than ${maxSizeBytes} bytes`);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    signal.throwIfAborted();
    sizeBytes += chunk.length;
    // Only seen here, so that leaving the loop closes the connection.
    if (sizeBytes > maxSizeBytes || Number(headers["content-length"] ?? 0) > maxSizeBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return concatBytes(chunks);
}
