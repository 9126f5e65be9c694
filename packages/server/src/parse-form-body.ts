import { matrixError } from "@patrix/api";

/**
 * Reads a body as a form, whose values are all texts; of fields of the same name the last counts.
 *
 * @throws {MatrixError} `M_BAD_JSON` for what is not UTF-8.
 */
export function parseFormBody(body: Uint8Array, decodeUtf8: (bytes: Uint8Array) => string | undefined): Record<string, string> {
  const text = decodeUtf8(body);
  if (text === undefined) throw matrixError("M_BAD_JSON", "the body is not valid UTF-8");
  return Object.fromEntries(new URLSearchParams(text));
}
