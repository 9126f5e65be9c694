import { describe, expect, it } from "vitest";
import { encodeError } from "../endpoint/encode-response.ts";
import { errcodeStatus } from "./errcodes.ts";
import { ApiError } from "../errors.ts";
import { isUnrecognized, matrixError, MatrixError, parseMatrixError, parseRetryAfter } from "./matrix-error.ts";

describe("parseMatrixError", () => {
  it("keeps the body as it was received", () => {
    const body = { errcode: "M_FORBIDDEN", error: "no", "org.example.more": { a: 1 } };
    const error = parseMatrixError(403, body);
    expect(error).toMatchObject({ status: 403, errcode: "M_FORBIDDEN", error: "no", body });
    expect(parseMatrixError(401, { flows: [] }).body).toEqual({ flows: [] });
  });

  it.each([[undefined], ["<html>"], [null], [[]], [{ errcode: 5 }], [new Uint8Array()]])("reads %j as M_UNKNOWN", (body) => {
    expect(parseMatrixError(502, body)).toMatchObject({ status: 502, errcode: "M_UNKNOWN" });
  });

  it("waits as long as the Retry-After header says, else as the body says", () => {
    const body = { errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 500 };
    expect(parseMatrixError(429, body).retryAfterMs).toBe(500);
    expect(parseMatrixError(429, body, { retryAfter: "2" }).retryAfterMs).toBe(2000);
    expect(parseMatrixError(429, body, { retryAfter: "nonsense" }).retryAfterMs).toBe(500);
    expect(parseMatrixError(429, { ...body, retry_after_ms: -1 }).retryAfterMs).toBeUndefined();
  });
});

describe("a MatrixError", () => {
  it("is an ApiError that says what the server said, and to which request", () => {
    const error = parseMatrixError(
      403,
      { errcode: "M_FORBIDDEN", error: "no" },
      { request: { method: "GET", url: "https://x/_matrix/client/v3/sync?access_token=hush" } },
    );
    expect(error).toBeInstanceOf(ApiError);
    expect([error.code, error.error, error.request]).toEqual([
      "MATRIX_ERROR",
      "no",
      { method: "GET", url: "https://x/_matrix/client/v3/sync" },
    ]);
    expect(String(error)).toBe("MatrixError: M_FORBIDDEN: no (403 for GET https://x/_matrix/client/v3/sync)");
    expect(String(matrixError("M_FORBIDDEN", "no"))).toBe("MatrixError: M_FORBIDDEN: no");
  });

  it("is told by its code among whatever is thrown", () => {
    expect(MatrixError.is(matrixError("M_FORBIDDEN", "no"), "M_FORBIDDEN")).toBe(true);
    expect(MatrixError.is(matrixError("M_FORBIDDEN", "no"), "M_NOT_FOUND")).toBe(false);
    expect(MatrixError.is({ errcode: "M_FORBIDDEN" }, "M_FORBIDDEN")).toBe(false);
  });
});

describe("parseRetryAfter", () => {
  it("reads seconds, and dates against the given time", () => {
    const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
    expect(parseRetryAfter("0")).toBe(0);
    expect(parseRetryAfter("Wed, 21 Oct 2026 07:28:30 GMT", now)).toBe(30_000);
    expect(parseRetryAfter("Wed, 21 Oct 2026 07:27:30 GMT", now)).toBe(0);
    expect(parseRetryAfter("Wed, 21 Oct 2026 07:28:30 GMT")).toBeUndefined();
    expect(parseRetryAfter("-1")).toBeUndefined();
  });
});

describe("encodeError", () => {
  it("sends what parseMatrixError reads, for every code", () => {
    for (const errcode of Object.keys(errcodeStatus) as (keyof typeof errcodeStatus)[]) {
      const { status, headers, body } = encodeError(matrixError(errcode, "why", { more: 1 }));
      const read = parseMatrixError(status, JSON.parse(body as string), { retryAfter: headers["retry-after"] });
      expect(read).toMatchObject({ status: errcodeStatus[errcode], errcode, error: "why", body: { more: 1 } });
      expect(read.is(errcode)).toBe(true);
    }
  });

  it("rounds the Retry-After header up to whole seconds", () => {
    expect(encodeError(matrixError("M_LIMIT_EXCEEDED", "slow", { retry_after_ms: 1001 })).headers["retry-after"]).toBe("2");
    expect(encodeError(matrixError("M_FORBIDDEN", "no")).headers).not.toHaveProperty("retry-after");
  });
});

describe("isUnrecognized", () => {
  it("tells a missing endpoint from a missing thing", () => {
    expect(isUnrecognized(new MatrixError(404, "M_UNRECOGNIZED", ""))).toBe(true);
    expect(isUnrecognized(new MatrixError(405, "M_UNRECOGNIZED", ""))).toBe(true);
    expect(isUnrecognized(new MatrixError(400, "M_UNRECOGNIZED", ""))).toBe(false);
    expect(isUnrecognized(new MatrixError(404, "M_NOT_FOUND", ""))).toBe(false);
  });
});
