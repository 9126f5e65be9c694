import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const conditions = ["@patrix/source", "node"];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** A project. What a test waits for comes late on a machine that has much to do. */
const project = (test: TestProjectInlineConfiguration["test"]): TestProjectInlineConfiguration => ({
  ...shared,
  test: { expect: { poll: { timeout: 20_000 } }, ...test },
});

/** Tests of a package that compare it with the rules and vectors of the specification. */
const specTests = "packages/*/src/**/*-spec.test.ts";

/** The tests beside the sources of the homeserver that open a store: all others are the same on every engine. */
function testsWithStore(): string[] {
  const tests = globSync("packages/homeserver/src/**/*.test.ts", { cwd: import.meta.dirname });
  return tests.filter((path) => /from ".*\/(tests|testing)\//.test(readFileSync(join(import.meta.dirname, path), "utf8")));
}

/** The tests of the homeserver again, over the PostgreSQL server that the environment names. */
const postgresProject = (): TestProjectInlineConfiguration =>
  project({
    name: "postgres",
    include: [...testsWithStore(), "packages/homeserver/tests/**/*.test.ts", "packages/cli/tests/{kill-nine,serve}.test.ts"],
    // These bring their engines along.
    exclude: ["packages/homeserver/tests/{backup,check,store}/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  });

/**
 * The tests of client, bot and application services again, over a Synapse in the place of our homeserver: `npm run interop:client`, which
 * says in the environment how to start it.
 */
const synapseProject = (): TestProjectInlineConfiguration => ({
  ...project({
    name: "synapse",
    include: [
      "packages/{client,client-crypto,bot,appservice}/tests/**/*.test.ts",
      "packages/{client,bot}/src/**/{room-list,follow-upgrades,policy-rules}.test.ts",
    ],
    // These measure programs and pages, whatever the homeserver is; Synapse has logins of its own, in conformance/interop.
    exclude: ["packages/client/tests/{browser/**,logins/**,budget.test.ts,default-logger.test.ts}", "packages/bot/tests/oauth-bot.test.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
  }),
  resolve: {
    conditions,
    alias: [{ find: /^\.\/test-homeserver\.ts$/, replacement: join(import.meta.dirname, "conformance/interop/synapse-homeserver.ts") }],
  },
});

export default defineConfig({
  ...shared,
  test: {
    reporters: ["default", "./scripts/closing-line-reporter.ts"],
    passWithNoTests: true,
    projects: [
      project({ name: "unit", include: ["packages/*/src/**/*.test.ts"], exclude: [specTests], testTimeout: 30_000 }),
      project({
        name: "integration",
        include: ["packages/*/tests/**/*.test.ts", "examples/**/*.test.ts"],
        exclude: ["**/node_modules/**", "packages/homeserver/tests/access/**"],
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
      project({
        name: "conformance",
        include: [
          "conformance/{advisories,complement,spec,vectors,portable}/**/*.test.ts",
          "packages/homeserver/tests/access/**/*.test.ts",
          specTests,
        ],
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
      project({
        name: "outside",
        include: ["conformance/{outside,oracles,interop}/**/*.test.ts"],
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
      ...(process.env["PATRIX_TEST_DATABASE"] === undefined ? [] : [postgresProject()]),
      ...(process.env["PATRIX_TEST_SYNAPSE"] === undefined ? [] : [synapseProject()]),
      project({ name: "scripts", include: ["scripts/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 }),
    ],
  },
});
