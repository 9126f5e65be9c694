import type { Errcode, ErrorFields } from "./errcodes.ts";
import { errcodeStatus } from "./errcodes.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";

/** An error answer of a Matrix server, as it is sent and as it is received. */
export class MatrixError extends Error {
  override readonly name = "MatrixError";
  /** HTTP status, 400–599. */
  readonly status: number;
  readonly errcode: Errcode;
  /** The whole JSON body, unknown members included; a received one has just the members that were sent. */
  readonly body: JsonObject;

  constructor(status: number, errcode: Errcode, message: string, fields: JsonObject = {}, received?: JsonObject) {
    super(message);
    this.status = status;
    this.errcode = errcode;
    this.body = received ?? { ...fields, errcode, error: message };
  }

  /** The text for people, as the server sent it. */
  get error(): string {
    return this.message;
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

/** Creates the error of a code with its usual status. */
export function matrixError(errcode: keyof ErrorFields, message: string, fields: JsonObject = {}): MatrixError {
  return new MatrixError(errcodeStatus[errcode], errcode, message, fields);
}

/**
 * Reads an error answer; never throws. A body without `errcode` becomes `M_UNKNOWN` and stays as it is.
 * A `Retry-After` header (seconds, or an HTTP date measured against `nowMs`) wins over `retry_after_ms`.
 */
export function parseMatrixError(status: number, body: unknown, retryAfter?: string, nowMs?: number): MatrixError {
  const fields: JsonObject = isJsonObject(body) ? { ...body } : {};
  const errcode = typeof fields["errcode"] === "string" ? fields["errcode"] : "M_UNKNOWN";
  const text = typeof fields["error"] === "string" ? fields["error"] : `the server answered with status ${status}`;
  const waitMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, nowMs);
  if (waitMs !== undefined) fields["retry_after_ms"] = waitMs;
  return new MatrixError(status, errcode, text, {}, fields);
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
