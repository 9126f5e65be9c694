import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  canonicalJsonSizeBytes,
  checkEventSize,
  LIMITED_EVENT_FIELDS,
  MAX_EVENT_FIELD_SIZE_BYTES,
  MAX_EVENT_SIZE_BYTES,
} from "./event-size.ts";

const limitsUrl = new URL("../../../../shared/spec/vectors/limits.json", import.meta.url);

describe("event size", () => {
  it("counts bytes of UTF-8", () => {
    for (const text of ["abc", "é", "日本", "😀", '"\n'])
      expect(canonicalJsonSizeBytes({ text })).toBe(Buffer.byteLength(JSON.stringify({ text })));
  });

  it("accepts an event of exactly the limit and refuses one byte more", () => {
    const fill = MAX_EVENT_SIZE_BYTES - canonicalJsonSizeBytes({ content: "" });
    expect(checkEventSize({ content: "x".repeat(fill) })).toBe(MAX_EVENT_SIZE_BYTES);
    expect(() => checkEventSize({ content: "x".repeat(fill + 1) })).toThrow(expect.objectContaining({ code: "EVENT_TOO_LARGE" }));
  });

  it.each(LIMITED_EVENT_FIELDS)("limits %s to 255 bytes, not characters", (field) => {
    expect(checkEventSize({ [field]: "x".repeat(255) })).toBeGreaterThan(255);
    expect(() => checkEventSize({ [field]: "é".repeat(128) })).toThrow(
      expect.objectContaining({ code: "FIELD_TOO_LARGE", pointer: `/${field}` }),
    );
  });

  it.skipIf(!existsSync(limitsUrl))("has the limits of the specification (skipped without ../shared/spec)", () => {
    const { event }: { event: { maxBytes: number; fields: Record<string, number> } } = JSON.parse(readFileSync(limitsUrl, "utf8"));
    expect(MAX_EVENT_SIZE_BYTES).toBe(event.maxBytes);
    expect(Object.fromEntries(LIMITED_EVENT_FIELDS.map((field) => [field, MAX_EVENT_FIELD_SIZE_BYTES]))).toEqual(event.fields);
  });
});
