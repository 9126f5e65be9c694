// The oldest Node that the client runs on, by its `engines`: a program with the installed packages logs in, syncs and sends on it.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The oldest major version of Node that the packages allow. */
export const OLDEST_NODE = 20;

/** Finds a Node of a major version in a search path. */
export function findNode(major: number, path: string = process.env["PATH"] ?? ""): string | undefined {
  const programs = path.split(delimiter).map((folder) => join(folder, "node"));
  return programs.find((program) => existsSync(program) && versionOf(program).startsWith(`v${major}.`));
}

function versionOf(program: string): string {
  try {
    return execFileSync(program, ["--version"], { encoding: "utf8" });
  } catch {
    return "";
  }
}

const CLIENT = `import assert from "node:assert/strict";
import { createClient } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";

const client = await createClient(process.argv[2]);
await client.login.password("ann", "secret");
await client.start();
const room = await client.rooms.create({ name: "Old Node" });
const heard = new Promise((resolve) => client.on("m.room.message", ({ text }) => resolve(text)));
const id = await room.send.text("hello");
assert.equal((await room.event(id)).content.body, "hello");
assert.equal(await heard, "hello");
await client.stop();
const stored = createClient(process.argv[2], { store: sqliteStore("client.db") });
await assert.rejects(stored, { name: "ClientError", code: "UNSUPPORTED_PLATFORM" });
console.log("a client logged in, synced and sent on Node " + process.version);
`;

const SERVER = `import { spawn } from "node:child_process";
import { once } from "node:events";
import { testHomeserver } from "@patrix/homeserver/testing";

const server = await testHomeserver();
await server.register("ann");
const client = spawn(process.argv[2], ["old-node-client.js", server.url], { stdio: "inherit" });
const [code] = await once(client, "exit");
await server[Symbol.asyncDispose]();
process.exitCode = code ?? 1;
`;

/** The programs, by file name: `old-node-server.js` takes the path of the Node that the other one shall run on. */
export const OLD_NODE_PROGRAMS: Readonly<Record<string, string>> = { "old-node-client.js": CLIENT, "old-node-server.js": SERVER };
