// A thread is a file of its own beside the code that starts it: where it is not built, that fails only when it is started.
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../workspace.ts";

it.each(["homeserver", "cli"])("every thread of the homeserver is built into %s", (name) => {
  const sources = join(ROOT, "packages/homeserver/src");
  const threads = globSync("**/*-thread.ts", { cwd: sources });
  expect(threads.length).toBeGreaterThanOrEqual(3);
  const config = readFileSync(join(ROOT, `packages/${name}/tsup.config.ts`), "utf8");
  for (const thread of threads) {
    expect(config).toContain(`"${basename(thread, ".ts")}": "`);
    expect(config).toContain(`src/${thread}"`);
  }
});
