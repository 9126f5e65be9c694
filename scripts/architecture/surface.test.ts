import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkSurface } from "./surface.ts";
import { checkNames } from "./surface/check-names.ts";
import { readModule } from "./surface/read-module.ts";

const endpoint = (name: string, id: string): string =>
  `export const ${name}: Endpoint<A, B> = /* @__PURE__ */ endpoint({\n  id: "${id}",\n});\n`;
const rulesBrokenBy = (path: string, text: string): string[] => checkNames("x-api", [readModule(path, text)]).map(({ rule }) => rule);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function written(files: Record<string, string>, hasAreas = false): Map<string, string> {
  const root = mkdtempSync(join(tmpdir(), "patrix-surface-"));
  folders.push(root);
  const all = {
    "src/index.ts": "/**\n * The X API.\n *\n * @packageDocumentation\n */\n",
    "package.json": '{ "exports": { ".": {} } }',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, "packages/x-api", path)), { recursive: true });
    writeFileSync(join(root, "packages/x-api", path), text);
  }
  return checkSurface(root, { folder: "x-api", subject: "the X API", hasEndpoints: true, hasAreas }).written;
}

describe("checkNames", () => {
  it("wants a file named as its endpoint, whatever the capitals and the digits", () => {
    for (const [path, name] of [
      ["room/get-one-room-event.ts", "getOneRoomEvent"],
      ["account/get-account-3pids.ts", "getAccount3PIDs"],
      ["media/upload-content-to-mxc.ts", "uploadContentToMXC"],
    ] as const)
      expect(rulesBrokenBy(path, endpoint(name, "x"))).toEqual([]);
    expect(rulesBrokenBy("room/get-room-event.ts", endpoint("getOneRoomEvent", "x"))).toEqual(["file-named-as-export"]);
    expect(rulesBrokenBy("room/whoami.ts", `export interface Whoami {}\n${endpoint("getTokenOwner", "x")}`)).toEqual([
      "file-named-as-export",
    ]);
  });

  it("wants one endpoint a file", () => {
    expect(rulesBrokenBy("a.ts", endpoint("a", "a") + endpoint("b", "b"))).toEqual(["one-endpoint-a-file"]);
  });

  it("wants another file named as one of its exports, but for errors and proposals", () => {
    expect(rulesBrokenBy("room-path.ts", "export interface RoomPath {}\nexport function f(): void {}\n")).toEqual([]);
    expect(rulesBrokenBy("paths.ts", "export interface RoomPath {}\n")).toEqual(["file-named-as-export"]);
    expect(rulesBrokenBy("errors.ts", "export class XError extends Error {}\n")).toEqual([]);
    expect(rulesBrokenBy("unstable/msc1-x.ts", endpoint("a", "a") + endpoint("b", "b"))).toEqual([]);
  });
});

describe("checkSurface", () => {
  const files = {
    "src/room/get-event.ts": `/** A. @internal */\nexport const secret: number = 1;\nexport interface EventPath {}\nexport const EventPath: number = 1;\nexport interface Query {}\n${endpoint("getEvent", "get_event")}`,
    "src/room/hidden.ts": "/** @internal */\nexport function hidden(): void {}\n",
    "src/sync/sync.ts": endpoint("sync", "sync"),
    "src/sync/sync.test.ts": "export const test: number = 1;\n",
    "src/unstable/msc1-x.ts": endpoint("x", "x"),
  };

  it("lists what files export, without what is internal, and every endpoint with its ID", () => {
    const texts = written(files);
    expect(texts.get("packages/x-api/src/index.ts")).toBe(
      "/**\n * The X API.\n *\n * @packageDocumentation\n */\n// Written by `pnpm run surface`.\n" +
        'export * from "./operation-id.ts";\nexport { EventPath, type Query, getEvent } from "./room/get-event.ts";\nexport * from "./sync/sync.ts";\n',
    );
    expect(texts.get("packages/x-api/src/endpoints.ts")).toContain("[getEvent, sync];");
    expect(texts.get("packages/x-api/src/operation-id.ts")).toContain('OperationId = "get_event" | "sync";');
    expect(texts.get("packages/x-api/src/unstable/index.ts")).toContain('export * from "./msc1-x.ts";');
    expect([...texts.keys()]).toHaveLength(4);
  });

  it("gives each area an entry point, in the manifest too, and takes away what has none", () => {
    const gone = { "@patrix/source": "./src/gone/index.ts" };
    const kept = { "@patrix/source": "./src/unstable/index.ts" };
    const manifest = JSON.stringify({ name: "x", exports: { ".": {}, "./gone": gone, "./unstable": kept }, engines: {} });
    const texts = written({ ...files, "package.json": manifest }, true);
    expect(texts.get("packages/x-api/src/room/index.ts")).toContain('export { EventPath, type Query, getEvent } from "../index.ts";');
    const { exports } = JSON.parse(texts.get("packages/x-api/package.json") ?? "") as { exports: Record<string, object> };
    expect(Object.keys(exports)).toEqual([".", "./unstable", "./room", "./sync"]);
    expect(exports["./room"]).toEqual({
      "@patrix/source": "./src/room/index.ts",
      types: "./dist/room/index.d.ts",
      module: "./dist/modules/room/index.js",
      default: "./dist/room/index.js",
    });
  });
});
