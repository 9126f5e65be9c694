import { expect, it } from "vitest";
import { decodeBody } from "./decode-body.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it("a body is JSON where the endpoint says so and in errors, from status 400 on; else it stays bytes or text", async () => {
  const body = bytes('{"a":1}');
  expect(await decodeBody(body, { kind: "json", status: 200 })).toEqual({ a: 1 });
  expect(await decodeBody(body, { kind: "bytes", status: 399 })).toBe(body);
  expect(await decodeBody(body, { kind: "html", status: 200 })).toBe('{"a":1}');
  for (const kind of ["json", "bytes", "multipart", "html"] as const)
    expect(await decodeBody(body, { kind, status: 400 })).toEqual({ a: 1 });
});

it("a body that is no JSON is none from status 300 on, and refused before", async () => {
  const malformed = expect.objectContaining({ code: "MALFORMED_RESPONSE" }) as Error;
  for (const body of [bytes("<html>"), bytes(""), new Uint8Array([0xff])]) {
    expect(await decodeBody(body, { kind: "json", status: 300 })).toBeUndefined();
    expect(await decodeBody(body, { kind: "bytes", status: 502 })).toBeUndefined();
    await expect(decodeBody(body, { kind: "json", status: 299 })).rejects.toThrow(malformed);
  }
});

it("a large body gives others their turn, and is refused as a small one is", async () => {
  const items = Array.from({ length: 100_000 }, (_, i) => ({ i }));
  let turns = 0;
  const turnIfDue = async (): Promise<void> => void turns++;
  const text = JSON.stringify({ items });
  expect(await decodeBody(bytes(text), { kind: "json", status: 200, turnIfDue })).toEqual({ items });
  expect(turns).toBeGreaterThan(10);
  const broken = decodeBody(bytes(text.slice(0, -1)), { kind: "json", status: 200, turnIfDue });
  await expect(broken).rejects.toThrow(expect.objectContaining({ code: "MALFORMED_RESPONSE" }) as Error);
});
