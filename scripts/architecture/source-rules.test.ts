import { describe, expect, it } from "vitest";
import { CLASS_LINES, checkSource } from "./source-rules.ts";

const rulesBrokenBy = (text: string, path = "packages/x/src/a.ts"): string[] => checkSource(path, text).map(({ rule }) => rule);

describe("checkSource", () => {
  it("accepts zod/mini without its z, and nothing else of zod", () => {
    expect(rulesBrokenBy('import * as z from "zod/mini";')).toEqual([]);
    expect(rulesBrokenBy('import { compile } from "zod/mini";')).toEqual([]);
    expect(rulesBrokenBy('import type { ZodMiniType } from "zod/mini";')).toEqual([]);
    for (const text of [
      'import { z } from "zod/mini";',
      'import { z as y } from "zod/mini";',
      'import { z } from "zod";',
      'import z from "zod";',
      'import * as z from "zod";',
    ]) {
      expect(rulesBrokenBy(text)).toEqual(["zod-import"]);
    }
  });

  it("wants the pure mark before every definition at top level", () => {
    for (const call of ["model(() => 1)", "endpoint<A, B>({})", "stateEvent(1)", "openEnum([])"]) {
      expect(rulesBrokenBy(`export const x: X = ${call};`)).toEqual(["pure-definitions"]);
      expect(rulesBrokenBy(`export const x: X = /* @__PURE__ */ ${call};`)).toEqual([]);
      expect(rulesBrokenBy(`export const x: X = ${call};`, "packages/x/src/a.test.ts")).toEqual([]);
    }
    expect(rulesBrokenBy("function f(): void { const x = model(1); }")).toEqual([]);
  });

  it("rejects any and double casts outside tests, also within long text", () => {
    expect(rulesBrokenBy("const a: any = 1;")).toEqual(["no-any"]);
    expect(rulesBrokenBy("const a = b as unknown as C;")).toEqual(["no-double-cast"]);
    expect(rulesBrokenBy("const a = b as\n  unknown as\n  C;")).toEqual(["no-double-cast"]);
    expect(rulesBrokenBy("const a = b as unknown as C;", "packages/x/tests/a.ts")).toEqual([]);
    expect(rulesBrokenBy('// any\nconst a = "as unknown as any";')).toEqual([]);
  });

  it("rejects comments that switch the compiler off", () => {
    const comment = (name: string): string => `// @ts-${name}\nexport {};`;
    for (const name of ["ignore", "nocheck", "expect-error"]) expect(rulesBrokenBy(comment(name))).toEqual(["no-ts-comment"]);
    expect(rulesBrokenBy(comment("expect-error"), "packages/x/src/a.test-d.ts")).toEqual([]);
    expect(rulesBrokenBy(comment("ignore"), "packages/x/src/a.test-d.ts")).toEqual(["no-ts-comment"]);
  });

  it("keeps wire errors of the homeserver in its http folder", () => {
    const feature = "packages/homeserver/src/media/media-repository.ts";
    for (const names of ["matrixError", "MatrixError", "type MatrixError", "isJsonObject, matrixError as refuse"]) {
      const text = `import { ${names} } from "@patrix/api";`;
      expect(rulesBrokenBy(text, feature)).toEqual(["wire-error-in-feature"]);
      expect(rulesBrokenBy(text, "packages/homeserver/src/http/client-server/media.ts")).toEqual([]);
      expect(rulesBrokenBy(text, "packages/client/src/errors.ts")).toEqual([]);
    }
    expect(rulesBrokenBy('import { isJsonObject } from "@patrix/api";', feature)).toEqual([]);
  });

  it("limits the length of a class", () => {
    const classOf = (lines: number): string => `class A {\n${"  // line\n".repeat(lines - 2)}}\n`;
    expect(rulesBrokenBy(classOf(CLASS_LINES))).toEqual([]);
    expect(rulesBrokenBy(classOf(CLASS_LINES + 1))).toEqual(["class-budget"]);
  });
});
