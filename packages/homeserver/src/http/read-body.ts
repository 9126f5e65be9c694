import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { MatrixError, matrixError } from "@patrix/api";
import { isTooDeep, MAX_JSON_DEPTH } from "./json-depth.ts";

/** Largest JSON body where the endpoint sets no other limit. */
export const DEFAULT_MAX_BODY_BYTES = 1_048_576;
/** The escape of a surrogate, most likely one of a pair. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const LONE_SURROGATE = /\p{Cs}/u;
/** The time that a whole JSON body may take. */
const BODY_TIMEOUT_MS = 30_000;

/**
 * Reads a request body as JSON; `undefined` if it is empty. The content type is not asked for: clients leave it out.
 *
 * @throws {MatrixError} `M_TOO_LARGE`, `M_NOT_JSON`, `M_BAD_JSON` for deep nesting, or 408 for a body that does not end.
 */
export async function readJson(incoming: IncomingMessage, maxBytes: number = DEFAULT_MAX_BODY_BYTES): Promise<unknown> {
  const body = await readBytes(incoming, maxBytes);
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw matrixError("M_NOT_JSON", "the body is not valid UTF-8");
  if (isTooDeep(body)) throw matrixError("M_BAD_JSON", `the body nests deeper than ${MAX_JSON_DEPTH} levels`);
  const text = body.toString("utf8");
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

function readBytes(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => fail(new MatrixError(408, "M_UNKNOWN", "the body did not arrive in time")), BODY_TIMEOUT_MS);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      incoming.off("data", onData);
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) return fail(tooLarge(maxBytes));
      chunks.push(chunk);
    };
    incoming.on("data", onData);
    incoming.once("end", () => {
      clearTimeout(timer);
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    });
    incoming.once("error", fail);
    incoming.once("close", () => {
      if (!incoming.complete) fail(new MatrixError(400, "M_UNKNOWN", "the connection ended within the body"));
    });
  });
}

function tooLarge(maxBytes: number): MatrixError {
  return matrixError("M_TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
}
