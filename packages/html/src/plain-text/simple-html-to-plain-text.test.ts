import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { htmlToPlainText } from "../html-to-plain-text.ts";
import { simpleHtmlToPlainText } from "./simple-html-to-plain-text.ts";

const tags = "p div blockquote ul ol li pre h1 h2 hr b i code span a br img table td script x".split(" ");
const attribute = fc.constantFrom("", ' alt="x &amp; y"', ' data-mx-spoiler="why"', ' start="3"', " href='x'", ' a="1" a="2"');
const text = fc.constantFrom(
  "a",
  " b ",
  "\n",
  "&amp;",
  "&lt;b&gt;",
  "&#39;",
  "&#150;",
  "&copy;",
  "& c",
  "&x",
  "\u00A0",
  "d  e",
  "<",
  "\r\n",
);
const { html } = fc.letrec<{ html: string }>((tie) => ({
  html: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    text,
    fc.constantFrom("<br>", "<hr>", "<br/>", '<img alt="i">', "</b>", "<p>", "<!-- c -->"),
    fc
      .tuple(fc.constantFrom(...tags), attribute, fc.array(tie("html"), { maxLength: 4 }))
      .map(([tag, attrs, inner]) => `<${tag}${attrs}>${inner.join("")}</${tag}>`),
  ),
}));

describe("simpleHtmlToPlainText", () => {
  test("writes what htmlToPlainText writes, or leaves it alone", () => {
    let simple = 0;
    fc.assert(
      fc.property(fc.array(html, { maxLength: 5 }), (parts) => {
        const source = parts.join("");
        const written = simpleHtmlToPlainText(source);
        if (written === undefined) return;
        simple += 1;
        expect(written).toBe(htmlToPlainText(source));
      }),
      { numRuns: 5000 },
    );
    expect(simple).toBeGreaterThan(500);
  });

  test.each([
    ['<p>Two:</p><ol start="2"><li>a</li><li><b>b</b><br>c</li></ol>', "Two:\n\n2. a\n3. b\n   c"],
    [
      '<blockquote><p>q &amp; r</p></blockquote><pre><code>\n x\n</code></pre><span data-mx-spoiler="why">z</span>',
      "> q & r\n\n\n x\n\n[Spoiler: why]",
    ],
  ])("takes %s", (source) => {
    expect(simpleHtmlToPlainText(source)).toBe(htmlToPlainText(source));
  });

  test.each([
    "<table><tr><td>a</td></tr></table>",
    "<p><div>a</div></p>",
    "<b>a",
    "<B>a</B>",
    "&copy;",
    "<script>a</script>",
    "<a>b<a>c</a></a>",
    "<li>a</li>",
  ])("leaves %s alone", (source) => expect(simpleHtmlToPlainText(source)).toBeUndefined());

  test("takes linear time, and never throws", () => {
    for (const part of ["<b>", "<b></b>", "&", "<", '<a href="']) expect(() => simpleHtmlToPlainText(part.repeat(20_000))).not.toThrow();
  });
});
