import { describe, expect, it } from "vitest";
import { ROOT, toolEnvironment } from "../workspace.ts";
import { checkSnippets, readSnippets } from "./check-snippets.ts";

process.env["PATH"] = toolEnvironment()["PATH"];

describe("readSnippets", () => {
  it("finds blocks of TypeScript and where they begin", () => {
    const text = "# Title\n\n```sh\nls\n```\n\n```ts\nconst a = 1;\n```\ntext\n```typescript\nb();\n```\n";
    expect(readSnippets("x.md", text)).toEqual([
      { path: "x.md", line: 7, code: "const a = 1;\n" },
      { path: "x.md", line: 11, code: "b();\n" },
    ]);
  });
});

describe("checkSnippets", () => {
  it("names the line of what does not compile, and keeps snippets apart", () => {
    const right = '```ts\nimport { isUserId } from "@patrix/identifiers";\nconst same = isUserId("@a:b");\nconsole.log(same);\n```\n';
    const wrong =
      '# Title\n\n```ts\nimport { isUserId } from "@patrix/identifiers";\nconst same: string = isUserId("@a:b");\nconsole.log(same, undeclared);\n```\n';
    const findings = checkSnippets(ROOT, [...readSnippets("right.md", right), ...readSnippets("wrong.md", wrong)]);
    expect(findings.map(({ where, message }) => [where, message.slice(0, 6)])).toEqual([
      ["wrong.md:5", "TS2322"],
      ["wrong.md:6", "TS2304"],
    ]);
  });
});
