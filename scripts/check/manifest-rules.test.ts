import { describe, expect, it } from "vitest";
import { type Manifest, type PackageFolder, checkPackage } from "./manifest-rules.ts";

const GOOD: PackageFolder = {
  folder: "events",
  manifest: {
    name: "@patrix/events",
    description: "Typed events.",
    license: "Apache-2.0",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    files: ["dist", "src"],
    exports: { ".": { "@patrix/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" } },
    dependencies: { "@patrix/api": "workspace:^", zod: "catalog:" },
  },
  files: ["README.md", "CHANGELOG.md", "tsconfig.json"],
  references: ["api"],
};

function messages(manifest: Manifest, rest: Partial<PackageFolder> = {}): string[] {
  return checkPackage({ ...GOOD, ...rest, manifest: { ...GOOD.manifest, ...manifest } }).map(({ message }) => message);
}

describe("checkPackage", () => {
  it("accepts a complete package", () => {
    expect(messages({})).toEqual([]);
    expect(messages({ name: "patrix" }, { folder: "patrix" })).toEqual([]);
  });

  it("wants the scope and the name of the folder", () => {
    expect(messages({ name: "events" })).toEqual(["name is @patrix/events"]);
    expect(messages({ name: "@patrix/event" })).toEqual(["name is @patrix/events"]);
  });

  it("wants the source condition first", () => {
    const exports = { ".": { types: "./dist/index.d.ts", "@patrix/source": "./src/index.ts", default: "./dist/index.js" } };
    expect(messages({ exports })).toHaveLength(1);
    expect(messages({ exports: { "./room": "./dist/room.js" } })).toHaveLength(1);
  });

  it("wants a project reference for each workspace dependency, and the workspace range", () => {
    expect(messages({}, { references: [] })).toEqual(["tsconfig.json references @patrix/api"]);
    expect(messages({ dependencies: { "@patrix/api": "^0.1.0" } })).toEqual(["@patrix/api is taken as workspace:^"]);
  });

  it("wants a README and a CHANGELOG", () => {
    expect(messages({}, { files: ["tsconfig.json"] })).toEqual(["README.md exists", "CHANGELOG.md exists"]);
  });
});
