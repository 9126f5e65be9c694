import { describe, expect, it } from "vitest";
import { rewriteSpecifiers } from "./declaration-specifiers.ts";

describe("rewriteSpecifiers", () => {
  it("names the built file in every kind of reference", () => {
    const before =
      'import type { A } from "./a.ts";\nexport * from "../b/c.ts";\nexport type T = import("./d.ts").D;\ndeclare module "./e.ts" {}\nimport "./f.ts";\n';
    expect(rewriteSpecifiers(before)).toBe(before.replaceAll(".ts", ".js"));
  });

  it("leaves packages, declarations, text and built files alone", () => {
    const text = 'import type { A } from "a.ts";\nimport "./x.d.ts";\n/** Written in "./a.ts". */\nexport * from "./b.js";\n';
    expect(rewriteSpecifiers(text)).toBe(text);
  });
});
