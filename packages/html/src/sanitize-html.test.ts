import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sanitizeHtml } from "./sanitize-html.ts";

const elements = "del h1 h2 h3 h4 h5 h6 blockquote p ul ol sup sub b i u strong em s code div pre span details".split(" ");

describe("sanitizeHtml", () => {
  test.each(elements)("keeps <%s>", (name) => {
    const html = `<${name}>x</${name}>`;
    expect(sanitizeHtml(html)).toBe(html);
  });

  test.each([
    "<ul><li>x</li></ul>",
    "x<br>y<hr>",
    "<table><caption>c</caption><thead><tr><th>h</th></tr></thead><tbody><tr><td>d</td></tr></tbody></table>",
    "<details><summary>s</summary>x</details>",
    '<span data-mx-bg-color="#aabbcc" data-mx-color="#001122" data-mx-spoiler="why" data-mx-maths="x^2">x</span>',
    '<div data-mx-maths="x^2">x</div>',
    '<img width="1" height="2" alt="a" title="t" src="mxc://example.org/abc_-1">',
    '<ol start="-3"><li>x</li></ol>',
    '<code class="language-rust">x</code>',
    '<a target="_blank" href="https://example.org/?a=1&amp;b=2" rel="noopener">x</a>',
    ...["http://a.b", "ftp://a.b", "mailto:a@b.c", "magnet:?xt=urn:x"].map((uri) => `<a href="${uri}" rel="noopener">x</a>`),
    "<pre>\n\nx\n</pre>",
    "&amp; &lt; &gt; \" ' &amp;amp;",
  ])("leaves permitted markup as it is: %s", (html) => {
    expect(sanitizeHtml(html)).toBe(html);
    expect(sanitizeHtml(html, { mode: "compatible" })).toBe(html);
  });

  test.each([
    ['<b onclick="x()" style="x" id="x" class="language-x">t</b>', "<b>t</b>"],
    ["<unknown>t</unknown>", "t"],
    ["a<script>x()</script>b<style>x{}</style><!-- c -->", "ab"],
    ["<svg><b>x</b></svg><math><mi>y</mi></math>z", "<b>x</b>z"],
    ['<a href="javascript:x()">t</a>', "t"],
    ['<a href="/relative">t</a><a>u</a>', "tu"],
    ['<a href="https:relative">t</a>', "t"],
    ['<a href="java\tscript:x()">t</a><a href=" &#14;javascript:x()">t</a>', "tt"],
    ['<a href="data:text/html,x">t</a><a href="vbscript:x">t</a><a href="//a.b">t</a>', "ttt"],
    ['<a href=" https://a.b\n" target="_top" rel="opener">t</a>', '<a href="https://a.b" rel="noopener">t</a>'],
    ['<img src="https://a.b/c.png" alt="cat & dog">', "cat &amp; dog"],
    ['<img src="mxc://a.b/../x"><img src="mxc://a.b/c?d"><img>', ""],
    ['<img src="mxc://a.b/c" width="100%" height="1e9" onerror="x()">', '<img src="mxc://a.b/c">'],
    ['<span data-mx-color="red" data-mx-bg-color="#12345">t</span>', "<span>t</span>"],
    ['<code class="a language-ts b language-js">t</code>', '<code class="language-ts language-js">t</code>'],
    ['<code class="a language-">t</code>', "<code>t</code>"],
    ['<ol start="x">t</ol>', "<ol>t</ol>"],
    ["<b>unclosed <i>x", "<b>unclosed <i>x</i></b>"],
    ["<p><section><p>x", "<p></p><p>x</p>"],
    ["<table><div>x<td>y", "<div>x</div><table><tbody><tr><td>y</td></tr></tbody></table>"],
    ["&#13;&#0;x\u0000", "\n\uFFFDx"],
  ])("reduces %s", (html, expected) => {
    expect(sanitizeHtml(html)).toBe(expected);
  });

  test("keeps deprecated elements in compatible mode only", () => {
    const html = '<font color="red" data-mx-color="#aabbcc">x</font><strike>y</strike><a href="matrix:u/a:b.c">z</a>';
    expect(sanitizeHtml(html)).toBe("xyz");
    expect(sanitizeHtml(html, { mode: "compatible" })).toBe(
      '<font data-mx-color="#aabbcc" color="red">x</font><strike>y</strike><a href="matrix:u/a:b.c" rel="noopener">z</a>',
    );
  });

  test("removes the reply fallback unless told to keep it", () => {
    const html = "<mx-reply><blockquote>q</blockquote></mx-reply>r";
    expect(sanitizeHtml(html)).toBe("r");
    expect(sanitizeHtml(html, { mode: "compatible" })).toBe("r");
    expect(sanitizeHtml(html, { removeReplyFallback: false })).toBe("<blockquote>q</blockquote>r");
    expect(sanitizeHtml(html, { mode: "compatible", removeReplyFallback: false })).toBe(html);
  });

  test("replaces elements deeper than 100 levels, or than asked, by their content", () => {
    expect(sanitizeHtml(`${"<b>".repeat(2)}${"<div>".repeat(150)}x`)).toBe(`<b><b>${"<div>".repeat(98)}x${"</div>".repeat(98)}</b></b>`);
    expect(sanitizeHtml("<b><i><u>x</u></i></b>", { maxDepth: 2 })).toBe("<b><i>x</i></b>");
    expect(sanitizeHtml("<b>x</b>", { maxDepth: 0 })).toBe("x");
  });

  test.each([
    ["open elements", "<div>".repeat(13_000)],
    ["attributes", `<b ${Array.from({ length: 12_000 }, (_, index) => index.toString(36)).join(" ")}>`],
    [
      "formatting elements made again for each paragraph",
      `<p>${Array.from({ length: 400 }, (_, i) => `<b a${i}>`).join("")}</p>${"<p>x".repeat(15_000)}`,
    ],
    ["foster parents", "<table>x<br>".repeat(5000)],
    ["input beyond the limit", "<b>x</b>".repeat(100_000)],
  ])("bounds what it prints for very many %s", (_, html) => {
    expect(sanitizeHtml(html).length).toBeLessThan(12 * 65_536);
  });

  const fragment = fc.oneof(
    fc.constantFrom(...elements.map((name) => `<${name}>`), ...elements.map((name) => `</${name}>`)),
    fc.constantFrom("<table>", "<td>", "<tr>", "<caption>", "</table>", "<li>", "<ol start=2>", "<br>", "<hr>", "<summary>"),
    fc.constantFrom("<a href=https://a.b>", "</a>", "<img src=mxc://a.b/c alt=x>", "<mx-reply>", "</mx-reply>", "<font color=red>", "</p>"),
    fc.constantFrom("<svg>", "<math>", "<mtext>", "<mglyph>", "<annotation-xml encoding=text/html>", "<foreignObject>", "<desc>", "</svg>"),
    fc.constantFrom("<style>", "</style>", "<title>", "<textarea>", "<noscript>", "<template>", "<select>", "<option>", "<xmp>", "<form>"),
    fc.constantFrom(
      "<script>x()</script>",
      "<img src=x onerror=x()>",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<?x",
      "<!x>",
      "</br>",
      "<button>",
    ),
    fc.constantFrom(" ", "\n", "\r", "&#13;", "&#0;", "\0", "&lt;", "<", ">", '"', "'", "=", "&", ";", "x", "\uD800"),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  const markup = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(""));

  test.each(["strict", "compatible"] as const)("is idempotent in %s mode, so what a browser builds is what was checked", (mode) => {
    fc.assert(
      fc.property(markup, fc.integer({ min: 0, max: 100 }), (html, maxDepth) => {
        const once = sanitizeHtml(html, { mode, maxDepth });
        expect(sanitizeHtml(once, { mode, maxDepth })).toBe(once);
        expect(once).not.toMatch(
          /<(?!\/?(?:[biuspa]|h[1-6r]|br|del|blockquote|[uo]l|li|sup|sub|strong|em|code|pre|div|span|img|font|strike|table|thead|tbody|t[rdh]|caption|details|summary)[ >])/,
        );
      }),
      { numRuns: 1500 },
    );
  });
});
