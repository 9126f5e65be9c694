import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PageScanner } from "./page-scanner.ts";

function scan(html: string, pieceLength = html.length || 1) {
  const scanner = new PageScanner();
  for (let at = 0; at < html.length; at += pieceLength) scanner.write(html.slice(at, at + pieceLength));
  return scanner.end();
}

const page = `<!DOCTYPE html><html><head><TITLE> A &amp; B
 </TITLE><meta property="og:title" content="The &quot;title&quot;"><meta property=OG:Title content=second>
<meta name=description content="  told
 in two lines "><link rel=image_src href=/a.png><base href="https://cdn.example.org/"><script>"<title>no</title>"</script>
<style>p{}</style></head><body><svg><title>icon</title><p>drawn</p></svg><h1>Heading</h1>
<p>First <b>bold</b><br>line<script>var hidden</script></p><p></p><p>Second</p></body></html>`;

describe("PageScanner", () => {
  it("reads title, heading, paragraphs, meta, links and base, whatever pieces the page comes in", () => {
    for (const length of [page.length, 1, 2, 7, 100]) {
      const { title, heading, paragraphs, meta, links, base } = scan(page, length);
      expect({ title, heading, paragraphs, base }).toEqual({
        title: "A & B",
        heading: "Heading",
        paragraphs: "First bold line\nSecond",
        base: "https://cdn.example.org/",
      });
      expect([...meta]).toEqual([
        ["og:title", 'The "title"'],
        ["description", "told in two lines"],
      ]);
      expect([...links]).toEqual([["image_src", "/a.png"]]);
    }
  });

  it("finds nothing in nothing, in what is not closed, and in what is no HTML", () => {
    const nothing = { title: undefined, heading: undefined, paragraphs: "", base: undefined };
    for (const html of [
      "",
      "<title>",
      "<meta content=x>",
      "<meta name=x>",
      '<meta name="a',
      "<!--<title>x</title>",
      "\u0000\u0001",
      "</title>",
    ])
      expect(scan(html)).toMatchObject(nothing);
    expect(scan("<title>open").title).toBe("open");
  });

  it("keeps no more than it has room for, and no half characters", () => {
    const { title, paragraphs, meta } = scan(
      `<title>${"\u{1F600}".repeat(2_000)}</title>${"<p>word</p>".repeat(2_000)}${Array.from({ length: 2_000 }, (_, i) => `<meta name=n${i} content=${"x".repeat(5_000)}>`).join("")}`,
    );
    expect(title).toHaveLength(1_024);
    expect(scan(`<title>x${"\u{1F600}".repeat(2_000)}</title>`).title).not.toMatch(/\p{Surrogate}/u);
    expect(paragraphs.length).toBeLessThanOrEqual(1_024);
    expect(meta.size).toBe(500);
    expect(Math.max(...[...meta.values()].map(({ length }) => length))).toBe(4_096);
  });

  it("reads what is nested without end, and attributes without end", () => {
    for (const part of ["<div>", "<b><p>", "<svg><math>", "<table><tr><td>", "<a href=", "<!--", "&amp", "<template>"])
      expect(scan(`<title>t</title>${part.repeat(100_000)}`, 16_384).title).toBe("t");
    const attributes = Array.from({ length: 100_000 }, (_, i) => `a${i}`).join(" ");
    expect(scan(`<title>t</title><meta ${attributes} name=n content=c>`, 16_384).meta.get("n")).toBe("c");
  });

  it("never throws, and finds the same in pieces as in one", () => {
    const tag = fc.constantFrom("title", "p", "meta name=a content=b", "script", "/script", "svg", "/svg", "!--", "h1", "plaintext", "br/");
    const text = fc.array(
      fc.oneof(
        fc.string(),
        tag.map((name) => `<${name}>`),
        fc.constantFrom("&lt", "\r\n", "\0", "-->", "</title>"),
      ),
    );
    let withTitle = 0;
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (parts, length) => {
        const html = parts.join("");
        const whole = scan(html);
        if (whole.title !== undefined) withTitle += 1;
        expect(scan(html, length)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
    expect(withTitle).toBeGreaterThan(20);
  });
});
