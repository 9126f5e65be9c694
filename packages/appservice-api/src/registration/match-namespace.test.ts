import { describe, expect, it } from "vitest";
import { NamespaceError } from "../errors.ts";
import { matchesNamespace, matchNamespace, matchUser } from "./match-namespace.ts";
import { Registration } from "./registration.ts";

const irc = { regex: "@_irc_.*:example\\.org", exclusive: true };
const everyone = { regex: "@.*", exclusive: false };

describe("matchNamespace", () => {
  it("tells exclusive, shared and foreign identifiers apart", () => {
    expect(matchNamespace([everyone, irc], "@_irc_alice:example.org")).toBe("exclusive");
    expect(matchNamespace([everyone, irc], "@alice:example.org")).toBe("shared");
    expect(matchNamespace([irc], "@alice:example.org")).toBeUndefined();
    expect(matchNamespace([], "@alice:example.org")).toBeUndefined();
    expect(matchNamespace(undefined, "@alice:example.org")).toBeUndefined();
  });

  it("matches from the start of the identifier only, alternatives included", () => {
    const namespace = { regex: "@a|@b", exclusive: false };
    expect(matchesNamespace(namespace, "@b:example.org")).toBe(true);
    expect(matchesNamespace(namespace, "@c:@b")).toBe(false);
  });

  it("matches nothing that is too long to be an identifier", () => {
    expect(matchesNamespace(everyone, `@${"a".repeat(255)}`)).toBe(false);
  });

  it("takes patterns that are written for other engines", () => {
    expect(matchesNamespace({ regex: "@irc_.*\\:example\\.org", exclusive: true }, "@irc_a:example.org")).toBe(true);
    expect(matchesNamespace({ regex: "(?i)@IRC_.*", exclusive: true }, "@irc_a:example.org")).toBe(true);
    expect(matchesNamespace({ regex: "@IRC_.*", exclusive: true }, "@irc_a:example.org")).toBe(false);
  });

  it("names a pattern that is not a regular expression", () => {
    expect(() => matchesNamespace({ regex: "@(", exclusive: true }, "@a:b")).toThrow(NamespaceError);
  });
});

describe("matchUser", () => {
  const registration = Registration.parse({
    id: "irc",
    url: null,
    as_token: "a",
    hs_token: "h",
    sender_localpart: "_irc_bot",
    namespaces: { users: [irc] },
    "org.example.unknown": 1,
  });

  it("owns the user of sender_localpart, on its own server only", () => {
    expect(matchUser({ ...registration, namespaces: {} }, "@_irc_bot:example.org", "example.org")).toBe("exclusive");
    expect(matchUser({ ...registration, namespaces: {} }, "@_irc_bot:example.com", "example.org")).toBeUndefined();
  });

  it("keeps members of the registration that it does not know", () => {
    expect(registration).toHaveProperty(["org.example.unknown"], 1);
  });

  it("refuses a registration without a token", () => {
    expect(Registration.is({ ...registration, hs_token: undefined })).toBe(false);
  });
});
