import type { Reporter, TestModule, SerializedError } from "vitest/node";

/** Counts of one test run; a file that cannot be loaded and an unhandled error each count as one failure. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Line that ends a test run, for people and for machines: `N passed, N failed[, N skipped]`. */
export function closingLine(counts: TestCounts): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}

/** Counts the tests of the given modules. */
export function countTests(modules: readonly Pick<TestModule, "children" | "state">[], unhandled: number): TestCounts {
  const counts: TestCounts = { passed: 0, failed: unhandled, skipped: 0 };
  for (const module of modules) {
    let failedInModule = 0;
    for (const test of module.children.allTests()) {
      const state = test.result().state;
      if (state === "passed") counts.passed++;
      else if (state === "failed") failedInModule++;
      else counts.skipped++;
    }
    // A module whose hooks or top level failed has no failed test to show for it.
    counts.failed += module.state() === "failed" ? Math.max(1, failedInModule) : failedInModule;
  }
  return counts;
}

/** Vitest reporter that prints {@link closingLine} after everything else. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const line = closingLine(countTests(modules, unhandled.length));
    process.once("exit", () => process.stdout.write(`\n${line}\n`));
  }
}
