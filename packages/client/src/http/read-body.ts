import { readAtMost } from "@patrix/api";
import { responseTooLarge } from "../errors.ts";

/**
 * Reads a response to its end, but not more than some bytes.
 *
 * @throws {ClientError} `RESPONSE_TOO_LARGE`.
 */
export async function readBytes(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (announced > maxBytes) {
    await response.body?.cancel();
    throw responseTooLarge(maxBytes);
  }
  if (!response.body) return new Uint8Array(0);
  const reader = response.body.getReader();
  const bytes = await readAtMost(() => reader.read(), maxBytes);
  if (bytes) return bytes;
  await reader.cancel();
  throw responseTooLarge(maxBytes);
}
