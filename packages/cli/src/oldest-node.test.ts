import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { oldNodeMessage } from "./oldest-node.ts";

it("tells whose Node is too old, by the version that the package asks for", () => {
  const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { engines: { node: string } };
  const [major = 0, minor = 0] = engines.node.replace(">=", "").split(".").map(Number);
  for (const version of [`${major - 1}.99.0`, `${major}.${minor - 1}.9`, "8.0.0"])
    expect(oldNodeMessage(version)).toBe(`patrix: this is Node ${version}; patrix needs ${major}.${minor} or newer\n`);
  for (const version of [`${major}.${minor}.0`, `${major + 1}.0.0`, process.versions.node]) expect(oldNodeMessage(version)).toBeUndefined();
});
