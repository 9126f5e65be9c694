import { describe, expect, it } from "vitest";
import { checkContents } from "./repository-rules.ts";

const rules = (contents: string, path: string, text: string): string[] =>
  checkContents(contents, new Map([[path, text]])).map(({ rule }) => rule);

describe("the contents of the documentation", () => {
  it("link every page", () => {
    expect(rules("[Limits](limits.md)", "limits.md", "# Limits")).toEqual([]);
    expect(rules("limits.md is not linked", "limits.md", "# Limits")).toEqual(["contents"]);
  });

  it("name design notes by number", () => {
    const contents = "[0001 Toolchain](design/0001-toolchain.md)";
    expect(rules(contents, "design/0001-toolchain.md", "# 0001 Toolchain")).toEqual([]);
    for (const text of ["# 0001: Toolchain", "# 1. Toolchain", "# 0002 Toolchain", "Toolchain"])
      expect(rules(contents, "design/0001-toolchain.md", text)).toEqual(["title"]);
  });
});
