#!/usr/bin/env node
import nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { oldNodeMessage } from "./oldest-node.ts";

const tooOld = oldNodeMessage(process.versions.node);
if (tooOld !== undefined) {
  process.stderr.write(tooOld);
  process.exit(2);
}
// Compiled code is kept for the next start, where only this user can write. Without the folder the start is slower, and nothing else.
nodeModule.enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "patrix"));
const { runCli } = await import("./run-cli.ts");

// `patrix schema | head` closes the pipe early, which is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await runCli(process.argv.slice(2));
