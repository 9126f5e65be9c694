import { ValidationError } from "../errors.ts";
import type { IncomingResponse } from "../wire/http-message.ts";
import { parseMatrixError } from "../errors/matrix-error.ts";
import type { FileResponse } from "../wire/media.ts";
import type { Model } from "../model/model.ts";
import type { ParseOptions } from "../model/parse-options.ts";

const RESPONSE: ParseOptions = { invalidItems: "left-out" };

/**
 * Decodes an HTTP response; malformed items of independent lists are left out.
 *
 * @throws {MatrixError} For an error status.
 * @throws {ValidationError} If the body does not match.
 */
export function decodeResponse(model: Model<unknown>, response: IncomingResponse, options?: ParseOptions): unknown {
  const { status, headers = {}, body, request } = response;
  if (status >= 400) throw parseMatrixError(status, body, { retryAfter: headers["retry-after"], request });
  if (model.kind === "json" && status >= 300) throw parseMatrixError(status, body, { request });
  if (model.kind === "redirect" || model.kind === "file") return readFile(response);
  return model.wire?.decode(headers["content-type"] ?? "", body) ?? model.parse(body, options ? { ...RESPONSE, ...options } : RESPONSE);
}

function readFile({ status, headers = {}, body }: IncomingResponse): FileResponse {
  const { location } = headers;
  if (status >= 300) {
    if (location !== undefined) return { location };
    throw new ValidationError([{ pointer: "", message: `status ${status} without a Location header` }]);
  }
  if (!(body instanceof Uint8Array)) throw new ValidationError([{ pointer: "", message: "expected bytes" }]);
  return {
    body,
    contentType: headers["content-type"] ?? "application/octet-stream",
    contentDisposition: headers["content-disposition"],
  };
}
