import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { removeReplyFallback } from "./remove-reply-fallback.ts";

describe("removeReplyFallback", () => {
  test.each([
    ["<mx-reply><blockquote>q</blockquote></mx-reply>r <B class='x'>&amp", "r <B class='x'>&amp"],
    ["a<mx-reply>1</mx-reply>b<MX-REPLY>2</MX-REPLY>c", "abc"],
    ["<mx-reply>1<mx-reply>2</mx-reply>3</mx-reply>r", "r"],
    ["<div>a<mx-reply>unclosed</div>b", "<div>a</div>b"],
    ["&lt;mx-reply&gt;text&lt;/mx-reply&gt;", "&lt;mx-reply&gt;text&lt;/mx-reply&gt;"],
    ["<!-- <mx-reply> -->x", "<!-- <mx-reply> -->x"],
  ])("turns %s into %s", (html, expected) => {
    expect(removeReplyFallback(html)).toBe(expected);
  });

  test("leaves HTML without a fallback as it was written", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("<", "b", ">", "/", "&", " ", "\r", "\n", "=", '"', "table", "p") }), (html) => {
        expect(removeReplyFallback(html)).toBe(html);
      }),
    );
  });
});
