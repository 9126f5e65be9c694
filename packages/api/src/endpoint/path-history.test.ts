import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestError } from "../errors.ts";
import { allPaths, type PathHistory, selectPath } from "./path-history.ts";

const history: PathHistory = {
  unstable: [{ path: "/bare" }, { path: "/flagged", feature: "org.example.flag" }],
  stable: [
    { since: "r0.0.0", path: "/r0" },
    { since: "v1.1", path: "/v3" },
    { since: "v1.11", path: "/v1" },
  ],
  deprecated: "v1.12",
};
const unstable: PathHistory = { unstable: history.unstable ?? [] };
const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof RequestError ? error.code : String(error);
  }
};

describe("selectPath", () => {
  it.each([
    [["r0.6.1"], "/r0"],
    [["v1.1"], "/v3"],
    [["v1.10"], "/v3"],
    [["v1.11"], "/v1"],
    [["r0.0.1", "v1.2", "v1.99"], "/v1"],
    [["v1.5", "org.example.nonsense"], "/v3"],
  ])("takes the newest path that a server of versions %j has", (versions, path) => {
    expect(selectPath(history, { versions })).toMatchObject({ path, via: "version" });
  });

  it("takes the newest stable path if nothing is known of the server", () => {
    expect(selectPath(history).path).toBe("/v1");
    expect(selectPath(unstable).path).toBe("/flagged");
  });

  it("says that an endpoint is deprecated only to servers that deprecate it", () => {
    expect(selectPath(history, { versions: ["v1.11"] }).deprecated).toBe(false);
    expect(selectPath(history, { versions: ["v1.12"] }).deprecated).toBe(true);
  });

  it("takes an unstable path if its feature is on, and one without a feature otherwise", () => {
    expect(selectPath(unstable, { versions: ["v1.1"], features: { "org.example.flag": true } })).toMatchObject({
      path: "/flagged",
      via: "feature",
    });
    expect(selectPath(unstable, { versions: ["v1.1"], features: { "org.example.flag": false } })).toMatchObject({
      path: "/bare",
      via: "fallback",
    });
  });

  it("prefers a stable path to an unstable one whose feature is on", () => {
    expect(selectPath(history, { versions: ["v1.1"], features: { "org.example.flag": true } }).path).toBe("/v3");
  });

  it("refuses endpoints that the server has no path of, or no longer has", () => {
    expect(codeOf(() => selectPath({ stable: [{ since: "v1.9", path: "/a" }] }, { versions: ["v1.8"] }))).toBe("UNSUPPORTED_ENDPOINT");
    expect(codeOf(() => selectPath({}))).toBe("UNSUPPORTED_ENDPOINT");
    const removed: PathHistory = { stable: [{ since: "v1.1", path: "/a" }], removed: "v1.4" };
    expect(codeOf(() => selectPath(removed, { versions: ["v1.4", "v1.5"] }))).toBe("REMOVED_ENDPOINT");
    expect(selectPath(removed, { versions: ["v1.3", "v1.5"] }).path).toBe("/a");
  });

  it("never answers with an older stable path when a server lists more versions", () => {
    const version = fc.integer({ min: 1, max: 20 }).map((minor) => `v1.${minor}`);
    const paths = (history.stable ?? []).map(({ path }) => path);
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), version, (versions, more) => {
        const index = (list: string[]): number => paths.indexOf(selectPath(history, { versions: list }).path);
        expect(index([...versions, more])).toBeGreaterThanOrEqual(index(versions));
      }),
    );
  });
});

describe("allPaths", () => {
  it("lists each path once: stable ones, the newest first, unstable ones, and those of older clients", () => {
    const flagged = { path: "/v1", feature: "org.example.stable" };
    const whole: PathHistory = { ...history, unstable: [...(history.unstable ?? []), flagged], olderClients: ["/old", "/r0"] };
    expect(allPaths(whole).map(({ path }) => path)).toEqual(["/v1", "/v3", "/r0", "/bare", "/flagged", "/old"]);
    expect(allPaths(whole).at(-1)?.stability).toBe("older-clients");
  });

  it("tells no client of a path of older clients", () => {
    const onlyOlder: PathHistory = { olderClients: ["/old"] };
    for (const supported of [undefined, { versions: [] }, { versions: ["r0.6.1"] }])
      expect(codeOf(() => selectPath(onlyOlder, supported))).toBe("UNSUPPORTED_ENDPOINT");
  });
});
