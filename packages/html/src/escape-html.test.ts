import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeHtml } from "./escape-html.ts";
import { sanitizeHtml } from "./sanitize-html.ts";

describe("escapeHtml", () => {
  test("escapes every character that HTML could read as markup", () => {
    expect(escapeHtml(`<a href="x" b='y'>&`)).toBe("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
  });

  test("makes text that holds no markup for the sanitizer", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(sanitizeHtml(escapeHtml(text))).not.toMatch(/<|>/);
      }),
    );
  });
});
