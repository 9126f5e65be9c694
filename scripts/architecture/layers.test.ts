import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkLayers } from "./layers.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A workspace of the given files, with every package linked as pnpm links it. */
function workspace(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "patrix-layers-")));
  folders.push(root);
  const packages = new Set(Object.keys(files).flatMap((path) => /^packages\/([^/]+)\//.exec(path)?.[1] ?? []));
  for (const name of packages) {
    files[`packages/${name}/src/index.ts`] ??= "export {};\n";
    files[`packages/${name}/package.json`] = JSON.stringify({
      name: `@patrix/${name}`,
      type: "module",
      exports: { ".": { "@patrix/source": "./src/index.ts", default: "./dist/index.js" } },
      dependencies: Object.fromEntries([...packages].map((other) => [`@patrix/${other}`, "*"])),
    });
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, "node_modules/@patrix"), { recursive: true });
  for (const name of packages) symlinkSync(join(root, "packages", name), join(root, "node_modules/@patrix", name));
  return root;
}

async function rulesBrokenBy(files: Record<string, string>): Promise<string[]> {
  const { findings } = await checkLayers(workspace(files));
  return [...new Set(findings.map(({ rule }) => rule))].toSorted();
}

describe("checkLayers", () => {
  it("accepts imports that go down, by package name and by file", async () => {
    const files = {
      "packages/api/src/index.ts": 'export * from "./model.ts";\n',
      "packages/api/src/model.ts": 'import { x } from "@patrix/identifiers";\nexport const y: number = x;\n',
      "packages/identifiers/src/index.ts": "export const x: number = 1;\n",
    };
    const { findings, modules } = await checkLayers(workspace(files));
    expect(findings).toEqual([]);
    expect(modules).toBe(3);
  });

  it("rejects an import of a higher layer, even of a type", async () => {
    const broken = rulesBrokenBy({
      "packages/identifiers/src/user-id.ts": 'import type { Y } from "@patrix/events";\nexport type X = Y;\n',
      "packages/events/src/index.ts": "export type Y = string;\n",
    });
    expect(await broken).toEqual(["layer-0-imports-upward"]);
  });

  it("rejects a cycle, even of types", async () => {
    const broken = rulesBrokenBy({
      "packages/api/src/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;\n',
      "packages/api/src/b.ts": 'import type { A } from "./a.ts";\nexport type B = A[];\n',
    });
    expect(await broken).toEqual(["no-cycle"]);
  });

  it("rejects node: in a portable package, and allows it in a test and in the Node parts of client and server", async () => {
    const text = 'import "node:fs";\nexport {};\n';
    expect(await rulesBrokenBy({ "packages/api/src/a.ts": text })).toEqual(["portable-package-imports-node"]);
    expect(await rulesBrokenBy({ "packages/client/src/a.ts": text })).toEqual(["portable-package-imports-node"]);
    expect(await rulesBrokenBy({ "packages/api/src/a.test.ts": text, "packages/client/src/node/a.ts": text })).toEqual([]);
    expect(await rulesBrokenBy({ "packages/server/src/a.ts": text })).toEqual(["portable-package-imports-node"]);
    expect(await rulesBrokenBy({ "packages/server/src/node/a.ts": text })).toEqual([]);
    expect(await rulesBrokenBy({ "packages/homeserver/src/main.ts": text })).toEqual([]);
  });

  it("rejects a test that reaches into another package, and what stands beside the packages and reaches into one", async () => {
    const api = { "packages/api/src/a.ts": "export const a: number = 1;\n" };
    const reach = (path: string, from: string): Promise<string[]> =>
      rulesBrokenBy({ ...api, [path]: `import { a } from "${from}";\nexport const b: number = a;\n` });
    expect(await reach("packages/events/tests/b.ts", "../../api/src/a.ts")).toEqual(["reaches-into-another-package"]);
    expect(await reach("packages/api/tests/b.ts", "../src/a.ts")).toEqual([]);
    for (const folder of ["conformance/spec", "examples/bot/tests", "benchmarks"]) {
      const up = folder
        .split("/")
        .map(() => "..")
        .join("/");
      expect(await reach(`${folder}/b.ts`, `${up}/packages/api/src/a.ts`)).toEqual(["reaches-into-a-package-from-outside"]);
    }
  });

  it("rejects an import of the package's own barrel, by file and by name", async () => {
    const index = 'export * from "./b.ts";\n';
    const other = { "packages/api/src/b.ts": "export const b: number = 1;\n", "packages/api/src/index.ts": index };
    const byFile = { ...other, "packages/api/src/a.ts": 'import { b } from "./index.ts";\nexport const a: number = b;\n' };
    const byName = { ...other, "packages/api/src/a.ts": 'import { b } from "@patrix/api";\nexport const a: number = b;\n' };
    expect(await rulesBrokenBy(byFile)).toContain("imports-own-barrel");
    expect(await rulesBrokenBy(byName)).toContain("imports-own-barrel");
  });

  it("rejects a path into another package and a name that does not resolve", async () => {
    const files = {
      "packages/events/src/a.ts": 'import "../../api/src/index.ts";\nexport {};\n',
      "packages/events/src/b.ts": 'import "@patrix/absent";\nexport {};\n',
      "packages/api/src/index.ts": "export {};\n",
    };
    expect(await rulesBrokenBy(files)).toEqual(["reaches-into-another-package", "unresolvable"]);
  });

  it("keeps client and homeserver apart", async () => {
    const files = {
      "packages/client/src/a.ts": 'import "@patrix/federation";\nexport {};\n',
      "packages/homeserver/src/rooms/a.ts": 'import "@patrix/client";\nexport {};\n',
      "packages/federation/src/index.ts": "export {};\n",
    };
    expect(await rulesBrokenBy(files)).toEqual(["client-imports-server-side", "homeserver-imports-client"]);
  });

  it("keeps the folders of the homeserver in order", async () => {
    const store = { "packages/homeserver/src/store/b.ts": "export {};\n" };
    const down = { ...store, "packages/homeserver/src/rooms/a.ts": 'import "../store/b.ts";\nexport {};\n' };
    const up = {
      "packages/homeserver/src/store/a.ts": 'import "../rooms/b.ts";\nexport {};\n',
      "packages/homeserver/src/rooms/b.ts": "export {};\n",
    };
    const across = {
      "packages/homeserver/src/media/a.ts": 'import "../push/b.ts";\nexport {};\n',
      "packages/homeserver/src/push/b.ts": "export {};\n",
    };
    const unknown = { ...store, "packages/homeserver/src/things/a.ts": 'import "../store/b.ts";\nexport {};\n' };
    expect(await rulesBrokenBy(down)).toEqual([]);
    expect(await rulesBrokenBy(up)).toEqual(["homeserver-store-imports-upward"]);
    expect(await rulesBrokenBy(across)).toEqual(["homeserver-features-never-import-one-another"]);
    expect(await rulesBrokenBy(unknown)).toEqual(["homeserver-folder-without-a-place"]);
  });

  it("rejects a package that no layer names", async () => {
    expect(await rulesBrokenBy({ "packages/extra/src/index.ts": "export {};\n" })).toEqual(["package-without-a-layer"]);
  });
});
