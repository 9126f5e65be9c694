import type { ModelKind } from "@patrix/api";
import { FederationError } from "../errors.ts";

/**
 * Brings the bytes of a body into what the decoder of an endpoint expects: parsed JSON for JSON endpoints and for errors, else bytes.
 *
 * @throws {@link FederationError} `MALFORMED_RESPONSE` for a good response whose JSON cannot be read.
 */
export function decodeBody(bytes: Uint8Array, kind: ModelKind, status: number): unknown {
  if (status < 400 && kind !== "json" && kind !== "html") return bytes;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return status < 400 && kind === "html" ? text : JSON.parse(text);
  } catch (cause) {
    // The page of a proxy, mostly; the status says enough.
    if (status >= 300) return undefined;
    throw new FederationError("MALFORMED_RESPONSE", "the response is not JSON", { cause });
  }
}
