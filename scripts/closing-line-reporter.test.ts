import { describe, expect, it } from "vitest";
import { closingLine, countTests } from "./closing-line-reporter.ts";

function moduleWith(state: "passed" | "failed", ...tests: ("passed" | "failed" | "skipped")[]): Parameters<typeof countTests>[0][number] {
  const children = { allTests: () => tests.map((test) => ({ result: () => ({ state: test }) })) };
  return { state: () => state, children } as unknown as Parameters<typeof countTests>[0][number];
}

describe("closing line", () => {
  it("counts passed, failed and skipped tests", () => {
    const counts = countTests([moduleWith("failed", "passed", "failed"), moduleWith("passed", "passed", "skipped")], 0);
    expect(closingLine(counts)).toBe("2 passed, 1 failed, 1 skipped");
  });

  it("leaves skipped tests out when there are none", () => {
    expect(closingLine(countTests([moduleWith("passed", "passed")], 0))).toBe("1 passed, 0 failed");
  });

  it("counts a file that cannot be loaded and an unhandled error as failures", () => {
    expect(closingLine(countTests([moduleWith("failed")], 1))).toBe("0 passed, 2 failed");
  });
});
