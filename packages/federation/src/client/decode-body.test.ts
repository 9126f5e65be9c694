import { expect, it } from "vitest";
import { decodeBody } from "./decode-body.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it("a body is JSON where the endpoint says so and in errors, from status 400 on; else it stays bytes or text", () => {
  const body = bytes('{"a":1}');
  expect([decodeBody(body, "json", 200), decodeBody(body, "bytes", 399), decodeBody(body, "html", 200)]).toEqual([
    { a: 1 },
    body,
    '{"a":1}',
  ]);
  for (const kind of ["json", "bytes", "multipart", "html"] as const) expect(decodeBody(body, kind, 400)).toEqual({ a: 1 });
});

it("a body that is no JSON is none from status 300 on, and refused before", () => {
  const malformed = expect.objectContaining({ code: "MALFORMED_RESPONSE" }) as Error;
  for (const body of [bytes("<html>"), bytes(""), new Uint8Array([0xff])]) {
    expect([decodeBody(body, "json", 300), decodeBody(body, "bytes", 502)]).toEqual([undefined, undefined]);
    expect(() => decodeBody(body, "json", 299)).toThrow(malformed);
  }
});
