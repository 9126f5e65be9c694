import { expect, it } from "vitest";
import { undeclared } from "./undeclared.ts";

const external = (path: string, kind = "dynamic-import"): object => ({ path, kind, external: true });
const outputs = (...imports: readonly object[]): never => ({ outputs: { "a.js": { imports } } }) as never;

it("names what is left outside and is no dependency", () => {
  const manifest = JSON.stringify({ dependencies: { "@a/b": "1" }, optionalDependencies: { sharp: "1" } });
  const all = [
    external("sharp"),
    external("@a/b/deep", "import-statement"),
    external("node:fs"),
    external("crypto", "import-statement"),
    external("pg-native", "require-call"),
  ];
  expect(undeclared(outputs(...all, { path: "chunk.js", kind: "import-statement" }), manifest)).toEqual([]);
  expect(undeclared(outputs(...all, external("zz/x"), external("@c/d", "import-statement"), external("zz")), manifest)).toEqual([
    "@c/d",
    "zz",
  ]);
  expect(undeclared(outputs(external("sharp")), "{}")).toEqual(["sharp"]);
});
