import type { Errcode, ErrorFields } from "./errcodes.ts";
import { errcodeStatus } from "./errcodes.ts";
import { ApiError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";
import type { HttpRequest } from "../wire/http-message.ts";

/** What is known of an error answer beside its status and body. */
export interface ErrorContext {
  /** The `Retry-After` header: seconds, or an HTTP date. */
  readonly retryAfter?: string | undefined;
  /** The time that a date is measured against, in milliseconds since the epoch. */
  readonly nowMs?: number | undefined;
  /** The request that was answered so. */
  readonly request?: Pick<HttpRequest, "method" | "url"> | undefined;
}

/** What only a received {@link MatrixError} has. */
interface Received {
  readonly body: JsonObject;
  readonly request?: Pick<HttpRequest, "method" | "url"> | undefined;
}

/**
 * An error answer of a Matrix server, as it is sent and as it is received.
 *
 * @example
 * if (MatrixError.is(error, "M_LIMIT_EXCEEDED")) console.log(error.retryAfterMs);
 */
export class MatrixError extends ApiError {
  override readonly name = "MatrixError";
  readonly code = "MATRIX_ERROR";
  /** HTTP status, 400–599. */
  readonly status: number;
  readonly errcode: Errcode;
  /** The text for people, as the server sends it. */
  readonly error: string;
  /** The whole JSON body, unknown members included; a received one has just the members that were sent. */
  readonly body: JsonObject;
  /** Method and URL of the request that was answered so, where they are known. The URL has no query, which may hold secrets. */
  readonly request: Pick<HttpRequest, "method" | "url"> | undefined;

  constructor(status: number, errcode: Errcode, error: string, fields: JsonObject = {}, received?: Received) {
    const request = received?.request && { method: received.request.method, url: received.request.url.split("?", 1)[0] ?? "" };
    super(`${errcode}: ${error}${request ? ` (${status} for ${request.method} ${request.url})` : ""}`);
    this.status = status;
    this.errcode = errcode;
    this.error = error;
    this.body = received?.body ?? { ...fields, errcode, error };
    this.request = request;
  }

  /** Whether anything thrown is an error answer with a code of the specification, to narrow it to the members that come with the code. */
  static is<K extends keyof ErrorFields>(
    thrown: unknown,
    errcode: K,
  ): thrown is MatrixError & { readonly errcode: K; readonly body: ErrorFields[K] } {
    return isMatrixError(thrown) && thrown.errcode === errcode;
  }

  /** How long to wait before the next try, in milliseconds, if the server said so. */
  get retryAfterMs(): number | undefined {
    const ms = this.body["retry_after_ms"];
    return typeof ms === "number" && Number.isFinite(ms) && ms >= 0 ? ms : undefined;
  }

  /** Narrows to a known code and the members that come with it. */
  is<K extends keyof ErrorFields>(errcode: K): this is MatrixError & { readonly errcode: K; readonly body: ErrorFields[K] } {
    return this.errcode === errcode;
  }
}

/** Outside of the class: bundlers rename a class that names itself, and its errors would print under that name. */
function isMatrixError(thrown: unknown): thrown is MatrixError {
  return thrown instanceof MatrixError;
}

/** Creates the error of a code with its usual status. */
export function matrixError(errcode: keyof ErrorFields, message: string, fields: JsonObject = {}): MatrixError {
  return new MatrixError(errcodeStatus[errcode], errcode, message, fields);
}

/**
 * Reads an error answer; never throws. A body without `errcode` becomes `M_UNKNOWN` and stays as it is.
 * A `Retry-After` header wins over `retry_after_ms`.
 */
export function parseMatrixError(status: number, body: unknown, { retryAfter, nowMs, request }: ErrorContext = {}): MatrixError {
  const fields: JsonObject = isJsonObject(body) ? { ...body } : {};
  const errcode = typeof fields["errcode"] === "string" ? fields["errcode"] : "M_UNKNOWN";
  const text = typeof fields["error"] === "string" ? fields["error"] : `the server answered with status ${status}`;
  const waitMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, nowMs);
  if (waitMs !== undefined) fields["retry_after_ms"] = waitMs;
  return new MatrixError(status, errcode, text, {}, { body: fields, request });
}

/** Reads a `Retry-After` header as milliseconds; a date needs `nowMs`. */
export function parseRetryAfter(header: string, nowMs?: number): number | undefined {
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) || nowMs === undefined ? undefined : Math.max(0, date - nowMs);
}

/** Tells whether an error says that the server does not have the endpoint. */
export function isUnrecognized(error: MatrixError): boolean {
  return error.errcode === "M_UNRECOGNIZED" && (error.status === 404 || error.status === 405);
}
