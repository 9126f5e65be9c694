import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkLibrary, type Register } from "./library.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const nothing: Register = { repetitions: [], unused: [] };

/** What is found in a workspace of the given files. */
function found(files: Record<string, string>, register: Register = nothing): string[] {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "patrix-library-")));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    const full = join(root, "packages", path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    const manifest = join(root, "packages", path.split("/")[0] ?? "", "package.json");
    const exports = { ".": { "@patrix/source": "./src/index.ts" }, "./area": { "@patrix/source": "./src/area/index.ts" } };
    writeFileSync(manifest, JSON.stringify({ exports }));
  }
  return checkLibrary(root, register).findings.map(({ rule, where, message }) => `${rule} ${where} ${message.split(":")[0]}`);
}

const events = {
  "events/src/index.ts": 'export * from "./reply.ts";\n',
  "events/src/reply.ts":
    'import { Target } from "./target.ts";\nexport function makeReply(target: Target): string { return own(target); }\nfunction own(target: Target): string { return target.id; }\n',
  "events/src/target.ts": "export interface Target { readonly id: string }\n",
};
const user = { "client/src/index.ts": 'import { makeReply } from "@patrix/events";\nmakeReply({ id: "$1" });\n' };

describe("checkLibrary", () => {
  it("accepts programs that use what the library exports, and what that uses", () => {
    expect(
      found({ ...events, ...user, "events/src/index.ts": 'export * from "./reply.ts";\nexport type { Target } from "./target.ts";\n' }),
    ).toEqual([]);
  });

  it("finds a function, class or interface that a program declares again, exported or not", () => {
    const again = { ...user, "client/src/reply.ts": "function makeReply(): void {}\nexport class Target {}\nmakeReply();\n" };
    const index = 'export * from "./reply.ts";\nexport * from "./target.ts";\n';
    expect(found({ ...events, ...again, "events/src/index.ts": index })).toEqual([
      "repeats-the-library packages/client/src/reply.ts:1 @patrix/events exports makeReply",
      "repeats-the-library packages/client/src/reply.ts:2 @patrix/events exports Target",
    ]);
  });

  it("allows a name that the register explains, and asks for no explanation that is not needed", () => {
    const again = { ...events, ...user, "client/src/reply.ts": "export function makeReply(): void {}\n" };
    const repetitions = [{ folder: "client", name: "makeReply", reason: "another thing" }];
    expect(found(again, { ...nothing, repetitions })).toEqual([]);
    expect(found({ ...events, ...user }, { ...nothing, repetitions })).toEqual([
      "register-needed scripts/architecture/library/register.ts client does not repeat makeReply",
    ]);
  });

  it("finds an export that no program comes to, tests and other packages of the library aside", () => {
    const others = {
      "client/src/index.test.ts": 'import { makeReply } from "@patrix/events";\nmakeReply({ id: "$1" });\n',
      "visibility/src/index.ts": 'import { makeReply } from "@patrix/events";\nexport const reply = makeReply;\n',
    };
    expect(found({ ...events, ...others })).toEqual([
      "export-without-user packages/events/src/reply.ts no program uses makeReply",
      "export-without-user packages/visibility/src/index.ts no program uses reply",
    ]);
  });

  it.each([
    ["as it is needed", 'const { makeReply } = await import("@patrix/events");\nmakeReply();\n'],
    ["by namespace", 'import * as events from "@patrix/events";\nevents.makeReply();\n'],
    ["by area", 'import { makeReply as make } from "@patrix/events/area";\nmake();\n'],
    ["by passing it on", 'export { makeReply } from "@patrix/events";\n'],
  ])("counts a use %s", (_, text) => {
    expect(found({ ...events, "events/src/area/index.ts": 'export * from "../reply.ts";\n', "cli/src/main.ts": text })).toEqual([]);
  });

  it("lets exports be that the register says for whom they are, and asks for no line that is not needed", () => {
    const unused = [{ folder: "events", files: /^reply\.ts$/, names: /^make/, reason: "those who write" }];
    expect(found(events, { ...nothing, unused })).toEqual([]);
    expect(found({ ...events, ...user }, { ...nothing, unused })).toEqual([
      "register-needed scripts/architecture/library/register.ts every export of events ^reply\\.ts$ ^make has a user",
    ]);
  });
});
