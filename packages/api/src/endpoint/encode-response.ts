import type { EndpointMetadata } from "./endpoint-metadata.ts";
import type { HttpResponse } from "../wire/http-message.ts";
import type { FileResponse } from "../wire/media.ts";
import type { MatrixError } from "../errors/matrix-error.ts";
import type { Model, ModelKind } from "../model/model.ts";

/** Encodes a typed response as HTTP. @throws {RangeError} If the endpoint does not document the status. */
export function encodeResponse(metadata: EndpointMetadata, model: Model<unknown>, value: unknown, status?: number): HttpResponse {
  const { statuses = [200] } = metadata;
  const chosen = status ?? statuses[0] ?? 200;
  if (!statuses.includes(chosen)) throw new RangeError(`${metadata.id} does not answer with status ${chosen}`);
  if (model.wire) return { status: chosen, ...model.wire.encode(value) };
  if (model.kind === "redirect" || model.kind === "file") return encodeFile(value as FileResponse, metadata);
  const contentType = CONTENT_TYPES[model.kind];
  if (contentType === undefined) throw new TypeError(`${metadata.id} has no codec for its response`);
  const body = model.kind === "json" ? JSON.stringify(value) : (value as string | Uint8Array<ArrayBuffer>);
  return { status: chosen, headers: { "content-type": contentType }, body };
}

const CONTENT_TYPES: Readonly<Partial<Record<ModelKind, string>>> = {
  json: "application/json",
  html: "text/html; charset=utf-8",
  bytes: "application/octet-stream",
};

function encodeFile(file: FileResponse, { statuses = [200] }: EndpointMetadata): HttpResponse {
  if ("location" in file) {
    const status = statuses.find((s) => s >= 300) ?? 307;
    return { status, headers: { location: file.location }, body: "" };
  }
  const headers: Record<string, string> = { "content-type": file.contentType };
  if (file.contentDisposition !== undefined) headers["content-disposition"] = file.contentDisposition;
  // Transports themselves refuse bytes of shared memory.
  return { status: 200, headers, body: file.body as Uint8Array<ArrayBuffer> };
}

/** Encodes an error as HTTP; `M_LIMIT_EXCEEDED` also gets a `Retry-After` header. */
export function encodeError(error: MatrixError): HttpResponse {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (error.status === 429 && error.retryAfterMs !== undefined) headers["retry-after"] = String(Math.ceil(error.retryAfterMs / 1000));
  return { status: error.status, headers, body: JSON.stringify(error.body) };
}
