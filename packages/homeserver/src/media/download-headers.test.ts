import { describe, expect, it } from "vitest";
import { cleanContentType, cleanFileName, downloadHeaders } from "./download-headers.ts";

describe("download headers", () => {
  it("never let a client choose a type that runs something inline, or break out of a header", () => {
    for (const type of ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "application/pdf"])
      expect(downloadHeaders({ contentType: type, fileName: undefined })["content-disposition"]).toBe("attachment");
    expect(cleanContentType("text/plain\r\nx: y")).toBe("application/octet-stream");
    expect(cleanContentType("nonsense")).toBe("application/octet-stream");
    expect(cleanContentType("text/plain; charset=utf-8")).toBe("text/plain; charset=utf-8");
    expect(cleanFileName("a\r\n\0b")).toBe("ab");
    expect(cleanFileName(`${"a".repeat(254)}😀😀`)).toBe(`${"a".repeat(254)}😀`);
    const quoted = downloadHeaders({ contentType: "text/plain", fileName: 'a"b\\c' })["content-disposition"];
    expect(quoted).toBe(String.raw`inline; filename="a\"b\\c"`);
  });

  it("show inline what a browser can show without running anything, whatever the case and the parameters", () => {
    for (const contentType of ["image/png", "IMAGE/JPEG", "text/plain; charset=utf-8"])
      expect(downloadHeaders({ contentType, fileName: undefined })["content-disposition"]).toBe("inline");
  });

  it("name a file plainly, quoted, or in UTF-8, by what its name needs", () => {
    const named = (fileName: string): string | undefined => downloadHeaders({ contentType: "image/png", fileName })["content-disposition"];
    expect(named("a.png")).toBe("inline; filename=a.png");
    expect(named("a b.png")).toBe('inline; filename="a b.png"');
    expect(named("ä(1).png")).toBe("inline; filename*=utf-8''%C3%A4%281%29.png");
  });
});
