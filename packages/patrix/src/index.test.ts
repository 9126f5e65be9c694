import { readdirSync, readFileSync } from "node:fs";
import { canUserSeeEvent } from "@patrix/visibility";
import { describe, expect, it } from "vitest";
import * as patrix from "./index.ts";

/** `client-api` → `clientApi`. */
const namespaceOf = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

describe("the umbrella package", () => {
  it("has a namespace for each of its dependencies", () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const names = Object.keys(manifest.dependencies).map((name) => namespaceOf(name.replace("@patrix/", "")));
    expect(Object.keys(patrix).toSorted()).toEqual(names.toSorted());
  });

  it("covers the protocol packages of the workspace, and no program", () => {
    const programs = new Set([
      "README.md",
      "patrix",
      "cli",
      "appservice",
      "bot",
      "client",
      "client-crypto",
      "idb-sqlite",
      "homeserver",
      "federation",
      "server",
    ]);
    const folders = readdirSync(new URL("../../", import.meta.url)).filter((name) => !programs.has(name));
    expect(Object.keys(patrix).toSorted()).toEqual(folders.map(namespaceOf).toSorted());
  });

  it("leads to the same objects as the packages do", () => {
    expect(patrix.identifiers.parseUserId("@alice:example.org").localpart).toBe("alice");
    expect(patrix.canonicalJson.encodeCanonicalJson({ b: 1, a: 2 })).toBe('{"a":2,"b":1}');
    expect(patrix.roomVersions.getRoomVersionRules("12")?.stateResolution).toBe("v2.1");
    expect(patrix.visibility.canUserSeeEvent).toBe(canUserSeeEvent);
  });
});
