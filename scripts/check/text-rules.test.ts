import { describe, expect, it } from "vitest";
import { FILE_LINES, checkText } from "./text-rules.ts";

const rulesBrokenBy = (text: string, path = "packages/x/src/user-id.ts"): string[] => checkText(path, text).map(({ rule }) => rule);
// Planted violations are put together here, because this file is checked too.
const spec = "https://spec.matrix" + ".org/";

describe("checkText", () => {
  it("wants the pinned version in links to the specification", () => {
    expect(rulesBrokenBy(`${spec}v1.19/client-server-api/#login`)).toEqual([]);
    for (const rest of ["v1.18/rooms/", "latest/client-server-api/", "unstable/", "v1.190/"])
      expect(rulesBrokenBy(spec + rest)).toEqual(["spec-link"]);
    expect(rulesBrokenBy(["https://matrix", "org/docs/spec/client_server/r0.6.1"].join("."))).toEqual(["spec-link"]);
  });

  it("wants kebab-case names that say what a file holds", () => {
    for (const name of ["user-id.ts", "user-id.test.ts", "v11.ts", "tsup.base.ts", "vitest.config.ts", "a.test-d.ts"]) {
      expect(rulesBrokenBy("", `packages/x/src/${name}`)).toEqual([]);
    }
    for (const name of ["userId.ts", "user_id.ts", "utils.ts", "room-helpers.ts", "event-manager.ts", "misc.test.ts"]) {
      expect(rulesBrokenBy("", `packages/x/src/${name}`)).toEqual(["file-name"]);
    }
  });

  it("limits the length of a source file", () => {
    expect(rulesBrokenBy("x\n".repeat(FILE_LINES))).toEqual([]);
    expect(rulesBrokenBy("x\n".repeat(FILE_LINES + 1))).toEqual(["file-budget"]);
    expect(rulesBrokenBy("x\n".repeat(FILE_LINES + 1), "docs/a.md")).toEqual([]);
  });

  it("rejects paths and hosts of one machine", () => {
    for (const path of [
      ["/work", "shared"],
      ["/root", "x"],
      ["/Users", "me"],
    ]) {
      expect(rulesBrokenBy(path.join("/"))).toEqual(["machine-path"]);
    }
    expect(rulesBrokenBy("packages/homeserver/src/work/queue.ts, ../shared/spec, /tmp/data")).toEqual([]);
    expect(rulesBrokenBy(["https://registry", "example", "org/x"].join("."))).toEqual(["registry-host"]);
  });
});
