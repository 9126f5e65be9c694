import { MatrixError, matrixError } from "@patrix/api";
import { isTooDeep, MAX_JSON_DEPTH } from "./json-depth.ts";

/** The escape of a surrogate, most likely one of a pair. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * Reads a body as JSON; `undefined` if it is empty. The content type is not asked for: clients leave it out.
 *
 * @throws {MatrixError} `M_NOT_JSON`, or `M_BAD_JSON` for deep nesting and for lone surrogates.
 */
export function parseJsonBody(body: Uint8Array, decodeUtf8: (bytes: Uint8Array) => string | undefined): unknown {
  if (body.byteLength === 0) return undefined;
  const text = decodeUtf8(body);
  if (text === undefined) throw matrixError("M_NOT_JSON", "the body is not valid UTF-8");
  if (isTooDeep(body)) throw matrixError("M_BAD_JSON", `the body nests deeper than ${MAX_JSON_DEPTH} levels`);
  try {
    // Only an escape can bring in a surrogate: the bytes are UTF-8.
    return SURROGATE_ESCAPE.test(text) ? JSON.parse(text, requireWellFormed) : JSON.parse(text);
  } catch (error) {
    if (error instanceof MatrixError) throw error;
    throw matrixError("M_NOT_JSON", "the body is not JSON");
  }
}

/** Refuses texts that have no UTF-8 encoding: stored, all of them would be the same text. */
function requireWellFormed(key: string, value: unknown): unknown {
  if (LONE_SURROGATE.test(key) || (typeof value === "string" && LONE_SURROGATE.test(value)))
    throw matrixError("M_BAD_JSON", `${LONE_SURROGATE.test(key) ? "a key" : key || "the body"}: a lone surrogate is not Unicode text`);
  return value;
}
