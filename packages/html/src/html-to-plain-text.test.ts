import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeHtml } from "./escape-html.ts";
import { htmlToPlainText } from "./html-to-plain-text.ts";
import type { MarkedElement } from "./write-plain-text.ts";

describe("htmlToPlainText", () => {
  test.each([
    ["a  <b>b</b>\n c", "a b c"],
    ["<p>a</p><p>b</p>c", "a\n\nb\n\nc"],
    ["a<div>b</div>c", "a\nb\nc"],
    ["a<br>b<br><br>c", "a\nb\n\nc"],
    ["<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d", "- a\n- b\n  - c\n\nd"],
    ["<ol start=9><li>a</li><li>b</li></ol>", "9. a\n10. b"],
    ["<ol start=x><li>a</li></ol>", "1. a"],
    ["<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc"],
    ["<ul><li>a</li></ul><blockquote>q</blockquote>", "- a\n\n> q"],
    ["<pre><code>  a\n\n   b\n</code></pre>c", "  a\n\n   b\n\nc"],
    ["<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td></td></tr></table>", "a\tb\n1"],
    ["a<hr>b", "a\n---\nb"],
    ['<img src="mxc://a.b/c" alt=":cat:">', ":cat:"],
    ["<span data-mx-spoiler>x</span> <span data-mx-spoiler='film'>y</span>", "[Spoiler] [Spoiler: film]"],
    ["<mx-reply>q</mx-reply>r<script>s</script><style>t</style><svg><text>u</text></svg>", "r"],
    ["&lt;b&gt; &amp;", "<b> &"],
    ["", ""],
  ])("writes %s as %j", (html, expected) => {
    expect(htmlToPlainText(html)).toBe(expected);
  });

  test("writes marks around elements, and nothing that could be one from the text", () => {
    const options = {
      mark: ({ name, attribute }: MarkedElement) => {
        if (name === "a") return { after: ` <${attribute("href")}>` };
        return name === "b" ? { before: "*", after: "*" } : undefined;
      },
      text: (text: string) => text.replaceAll("*", "-"),
    };
    expect(htmlToPlainText("a <b>b</b> c<ul><li><b>d</b></li></ul>", options)).toBe("a *b* c\n\n- *d*");
    expect(htmlToPlainText('<a href="https://x">x</a>, * &#42; <img alt="*">', options)).toBe("x <https://x>, - - -");
    expect(htmlToPlainText("<span data-mx-spoiler='*'>y</span>", options)).toBe("[Spoiler: -]");
  });

  test("gives back escaped words", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[!-~]+$/), { minLength: 1 }), (words) => {
        const text = words.join(" ");
        expect(htmlToPlainText(escapeHtml(text))).toBe(text);
      }),
    );
  });

  test("does not overflow on deep or long input", () => {
    expect(htmlToPlainText("<blockquote>x".repeat(10_000)).length).toBeLessThan(100_000);
    expect(htmlToPlainText("<ul><li>x".repeat(10_000)).length).toBeLessThan(100_000);
  });
});
