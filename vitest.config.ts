import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const conditions = ["@patrix/source", "node"];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Tests of a package that compare it with the rules and vectors of the specification. */
const specTests = "packages/*/src/**/*-spec.test.ts";

/** The tests beside the sources of the homeserver that open a store: all others are the same on every engine. */
function testsWithStore(): string[] {
  const tests = globSync("packages/homeserver/src/**/*.test.ts", { cwd: import.meta.dirname });
  return tests.filter((path) => /from ".*\/(tests|testing)\//.test(readFileSync(join(import.meta.dirname, path), "utf8")));
}

/** The tests of the homeserver again, over the PostgreSQL server that the environment names. */
const postgresProject = () => ({
  ...shared,
  test: {
    name: "postgres",
    include: [...testsWithStore(), "packages/homeserver/tests/**/*.test.ts", "packages/cli/tests/{kill-nine,serve}.test.ts"],
    // These bring their engines along.
    exclude: ["packages/homeserver/tests/{backup,check,store}/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  ...shared,
  test: {
    reporters: ["default", "./scripts/closing-line-reporter.ts"],
    passWithNoTests: true,
    projects: [
      { ...shared, test: { name: "unit", include: ["packages/*/src/**/*.test.ts"], exclude: [specTests], testTimeout: 30_000 } },
      {
        ...shared,
        test: {
          name: "integration",
          include: ["packages/*/tests/**/*.test.ts", "examples/**/*.test.ts"],
          exclude: ["**/node_modules/**", "packages/homeserver/tests/access/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: "conformance",
          include: [
            "conformance/{advisories,spec,vectors,portable}/**/*.test.ts",
            "packages/homeserver/tests/access/**/*.test.ts",
            specTests,
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: { name: "outside", include: ["conformance/{outside,oracles}/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      ...(process.env["PATRIX_TEST_DATABASE"] === undefined ? [] : [postgresProject()]),
      { ...shared, test: { name: "scripts", include: ["scripts/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});
