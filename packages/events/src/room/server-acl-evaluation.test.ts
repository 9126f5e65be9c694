import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileServerAcl, isServerAllowed } from "./server-acl-evaluation.ts";

describe("isServerAllowed", () => {
  it("ignores ports, also behind IPv6 addresses, but not the end of an address", () => {
    expect(isServerAllowed({ allow: ["[::1]"] }, "[::1]:8448")).toBe(true);
    expect(isServerAllowed({ allow: ["[2001:db8::1234]"] }, "[2001:db8::1234]")).toBe(true);
    expect(isServerAllowed({ allow: ["*"], deny: ["1.2.3.4"] }, "1.2.3.4:80")).toBe(false);
  });

  it("refuses addresses where the room does", () => {
    const isAllowed = compileServerAcl({ allow: ["*"], allow_ip_literals: false });
    expect(["1.2.3.4", "1.2.3.4:80", "[::1]", "[::1]:80", "1.2.3.4.example.org"].map(isAllowed)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it("counts values of a wrong type as absent", () => {
    expect(isServerAllowed({ allow: "*" }, "example.org")).toBe(false);
    expect(isServerAllowed({ allow: [5, null, "*"], deny: { 0: "*" } }, "example.org")).toBe(true);
  });

  it("matches hostile globs", () => {
    const glob = `${"*a".repeat(2000)}b`;
    expect(isServerAllowed({ allow: [glob] }, "a".repeat(5000))).toBe(false);
  });
});

const vectors = new URL("../../../../../shared/spec/vectors/glob.json", import.meta.url);
describe.skipIf(!existsSync(vectors))("ACL vectors of the specification (skipped without ../shared/spec)", () => {
  it("agree", () => {
    const { uses } = JSON.parse(readFileSync(vectors, "utf8")) as {
      uses: { serverAcl: { cases: { acl: object | null; server: string; allowed: boolean }[] } };
    };
    expect(uses.serverAcl.cases.length).toBeGreaterThan(10);
    for (const { acl, server, allowed } of uses.serverAcl.cases) {
      expect([acl, server, isServerAllowed(acl ?? undefined, server)]).toEqual([acl, server, allowed]);
    }
  });
});
