import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../errors.ts";
import type { MultipartMedia } from "./media.ts";
import { formatMultipart, parseMultipart } from "./multipart.ts";

const text = (body: string): Uint8Array => new TextEncoder().encode(body);
const header = fc.stringMatching(/^[!-~]{1,40}$/);

describe("multipart media", () => {
  it("arrives as it was sent, whatever bytes the file has", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // Bytes that look like delimiters.
      fc
        .array(fc.constantFrom("\r\n", "\n", "--", "--patrix-", "patrix-", "5", "a", "1y"), { maxLength: 40 })
        .map((parts) => text(parts.join(""))),
    );
    fc.assert(
      fc.property(bytes, header, fc.option(header, { nil: undefined }), (body, contentType, contentDisposition) => {
        const media: MultipartMedia = { metadata: {}, file: { body, contentType, contentDisposition } };
        const sent = formatMultipart(media);
        expect(parseMultipart(sent.headers["content-type"] ?? "", sent.body)).toEqual(media);
      }),
    );
  });

  it("arrives as the location of a file", () => {
    const media: MultipartMedia = { metadata: { a: 1 }, file: { location: "https://cdn.example.org/file" } };
    const sent = formatMultipart(media);
    expect(parseMultipart(sent.headers["content-type"] ?? "", sent.body)).toEqual(media);
  });

  it("reads a preamble, line feeds alone, a quoted boundary and an epilogue", () => {
    const body = text("preamble\n--a b\nContent-Type: application/json\n\n{}\n--a b\ncontent-TYPE: text/plain\n\nhi\n--a b--\nepilogue");
    expect(parseMultipart('multipart/mixed; charset=x; boundary="a b"', body).file).toMatchObject({
      contentType: "text/plain",
      body: text("hi"),
    });
  });

  it.each([
    ["another type", "multipart/form-data; boundary=a", "--a\r\n\r\n{}\r\n--a\r\n\r\nx\r\n--a--"],
    ["no boundary", "multipart/mixed", "--a\r\n\r\n{}\r\n--a\r\n\r\nx\r\n--a--"],
    ["one part", "multipart/mixed; boundary=a", "--a\r\n\r\n{}\r\n--a--"],
    ["metadata that are no object", "multipart/mixed; boundary=a", "--a\r\n\r\n[]\r\n--a\r\n\r\nx\r\n--a--"],
    ["metadata that are no JSON", "multipart/mixed; boundary=a", "--a\r\n\r\n{\r\n--a\r\n\r\nx\r\n--a--"],
    ["an empty body", "multipart/mixed; boundary=a", ""],
  ])("refuses %s", (_, contentType, body) => {
    expect(() => parseMultipart(contentType, text(body))).toThrow(ValidationError);
  });

  it("throws nothing but a validation error, whatever it is given", () => {
    const noise = fc
      .array(fc.constantFrom("--a", "\r\n", "\n", ":", "{}", "--", " "), { maxLength: 60 })
      .map((parts) => text(parts.join("")));
    fc.assert(
      fc.property(noise, (body) => {
        try {
          parseMultipart("multipart/mixed; boundary=a", body);
        } catch (error) {
          expect(error).toBeInstanceOf(ValidationError);
        }
      }),
    );
  });

  it("does not let a file name add headers or parts", () => {
    const sent = formatMultipart({
      metadata: {},
      file: { body: text("x"), contentType: "text/plain", contentDisposition: "inline\r\nLocation: https://evil.example" },
    });
    const { file } = parseMultipart(sent.headers["content-type"] ?? "", sent.body);
    expect(file).not.toHaveProperty("location");
  });
});
