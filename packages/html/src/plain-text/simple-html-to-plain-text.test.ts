import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { htmlToPlainText } from "../html-to-plain-text.ts";
import { simpleHtmlToPlainText } from "./simple-html-to-plain-text.ts";

const attribute = fc.constantFrom(
  "",
  ' alt="x &amp; y"',
  " data-mx-spoiler=why",
  " START=4 ",
  " href='a>b' /",
  ' alt="1" alt="2"',
  ' alt="&copy=1&copyx&copy"',
);
const text = fc.constantFrom(
  ..."a| b |\n|d  e|<|1 < 2|\u00A0|\r\n|&amp;|&lt;b&gt;|&#39;|&#x1F600;|&#150|&#0;|&#xD800;|&#x110000;|&copy;|&copy|&copyx|& c|&x;|&rarr;|&ampx|<!-- <p> -->|<!-->|<!doctype x>|</ x>|<?php x>|<script>a<p></script>|<title>b</TITLE >|<textarea>c".split(
    "|",
  ),
);
/** HTML as people write it: nested well, but for end tags that may be missing. */
const { content } = fc.letrec<{ content: string }>((tie) => {
  const inner = fc.array(tie("content"), { maxLength: 3 }).map((parts) => parts.join(""));
  const element = (...names: string[]): fc.Arbitrary<string> =>
    fc.tuple(fc.constantFrom(...names), attribute, inner).map(([name, attrs, html]) => `<${name}${attrs}>${html}</${name.toLowerCase()}>`);
  const open = (...names: string[]): fc.Arbitrary<string> =>
    fc.tuple(fc.constantFrom(...names), attribute, inner).map(([name, attrs, html]) => `<${name}${attrs}>${html}`);
  const listOf = (name: string, ...items: string[]): fc.Arbitrary<string> =>
    fc.tuple(attribute, fc.array(open(...items), { maxLength: 3 })).map(([attrs, list]) => `<${name}${attrs}>${list.join("")}</${name}>`);
  const row = fc.array(open("td", "TH"), { maxLength: 3 }).map((cells) => `<tr>${cells.join("")}`);
  return {
    content: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      text,
      fc.constantFrom(
        "<br>",
        "<HR/>",
        "</br>",
        "</p>",
        "</x>",
        '<img alt="i">',
        "<wbr>",
        "<video src=x>y</video>",
        "<svg/>",
        "<svg><g>a</g></svg>",
      ),
      element("p", "DIV", "blockquote", "pre", "h1", "h2", "details", "span", "x", "center", "object"),
      listOf("ul", "li", "LI"),
      listOf("ol", "li"),
      listOf("dl", "dt", "dd"),
      fc.array(row, { maxLength: 3 }).map((rows) => `<table><caption>a</caption><tbody>${rows.join("</tr>")}</table>`),
      // Formatting, which the standard takes apart where a block is in it.
      fc.tuple(fc.constantFrom("b", "I", "code", "a"), attribute, text).map(([name, attrs, html]) => `<${name}${attrs}>${html}</${name}>`),
    ),
  };
});

describe("simpleHtmlToPlainText", () => {
  test("writes what htmlToPlainText writes", () => {
    fc.assert(
      fc.property(fc.array(content, { maxLength: 5 }), (parts) => {
        const source = parts.join("");
        expect(simpleHtmlToPlainText(source)).toBe(htmlToPlainText(source));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['<p>Two:</p><ol start="2"><li>a</li><li><b>b</b><br>c</li></ol>', "Two:\n\n2. a\n3. b\n   c"],
    [
      '<blockquote><p>q &amp; r</p></blockquote><pre><code>\n x\n</code></pre><span data-mx-spoiler="why">z</span>',
      "> q & r\n\n\n x\n\n[Spoiler: why]",
    ],
    ["<TABLE><TR><TD>a<td>b<tr><td>c</table>d", "a\tb\nc\n\nd"],
    ["<table>x<tr><td>a</table>", "x\n\na"],
    ["<table><td>a<table><tr><td>b</table>c<td>d</table>", "a\n\nb\n\nc\td"],
    ["<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c"],
    ["<p>a<div>b</div></p>c", "a\n\nb\n\nc"],
    ["<mx-reply>q</mx-reply><select><option>s</select><svg><text>u</text><p>v", "v"],
    ["a <x y", "a"],
    ["a<plaintext>b", "a"],
    ["<b>a", "a"],
    ["&eacute;&Alpha;&thetasym;&#8364;", "éΑϑ€"],
  ])("takes %s", (source, expected) => {
    expect([simpleHtmlToPlainText(source), htmlToPlainText(source)]).toEqual([expected, expected]);
  });

  test("leaves names of characters as they are that HTML 4 did not have", () => {
    expect(simpleHtmlToPlainText("&check; a")).toBe("&check; a");
  });

  test("takes linear time, and never throws", () => {
    for (const part of [
      "<b>",
      "<div>",
      "<b></b>",
      "&",
      "<",
      '<a href="',
      "<a ",
      "<!--",
      "<tr>a",
      "<table>a",
      "</p>",
      "<li>",
      "<a =",
      "&#",
      "<p title='",
    ])
      for (const before of ["", "<table>", "<a "]) expect(() => simpleHtmlToPlainText(before + part.repeat(20_000))).not.toThrow();
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."< > / = & ; # x \" ' ! - a p \n".split(" "), " "), maxLength: 200 }),
        (html) => void simpleHtmlToPlainText(html),
      ),
    );
  });
});
