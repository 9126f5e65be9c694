import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matchNamespace, matchUser } from "@patrix/appservice-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRegistration } from "./create-registration.ts";
import { formatRegistration } from "./format-registration.ts";
import { openRegistration } from "./open-registration.ts";
import { parseRegistration } from "./parse-registration.ts";

const irc = { id: "irc", url: "http://127.0.0.1:9000", ghostPrefix: "_irc_", aliasPrefix: "irc_" };

describe("a new registration", () => {
  it("owns the names that begin with its prefixes, on its server alone if one is named", () => {
    const registration = createRegistration({ ...irc, serverName: "example.org" });
    expect(matchUser(registration, "@_irc_alice:example.org", "example.org")).toBe("exclusive");
    expect(matchUser(registration, "@irc:example.org", "example.org")).toBe("exclusive");
    expect(matchUser(registration, "@_irc_alice:exampleXorg", "example.org")).toBeUndefined();
    expect(matchUser(registration, "@alice:example.org", "example.org")).toBeUndefined();
    expect(matchNamespace(registration.namespaces.aliases, "#irc_talk:example.org")).toBe("exclusive");
    expect(matchUser(createRegistration(irc), "@_irc_alice:other.org", "other.org")).toBe("exclusive");
  });

  it("takes a prefix as it is written, whatever it means to a pattern", () => {
    const { namespaces } = createRegistration({ ...irc, ghostPrefix: "a.+b" });
    expect(matchNamespace(namespaces.users, "@a.+bc:x")).toBe("exclusive");
    expect(matchNamespace(namespaces.users, "@axxbc:x")).toBeUndefined();
  });

  it("shares people of the homeserver with everybody when it acts as them", () => {
    const registration = createRegistration({ ...irc, serverName: "example.org", doublePuppets: true });
    expect(matchUser(registration, "@alice:example.org", "example.org")).toBe("shared");
    expect(matchUser(registration, "@_irc_a:example.org", "example.org")).toBe("exclusive");
    expect(() => createRegistration({ ...irc, doublePuppets: true })).toThrow(/^doublePuppets: serverName is needed/);
  });

  it("has tokens that nobody else has", () => {
    const tokens = [createRegistration(irc), createRegistration(irc)].flatMap(({ as_token, hs_token }) => [as_token, hs_token]);
    expect(new Set(tokens).size).toBe(4);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it("is refused with the field that is wrong", () => {
    expect(() => createRegistration({ ...irc, ghostPrefix: "" })).toThrow(/^ghostPrefix: an empty prefix/);
    expect(() => createRegistration({ ...irc, url: "127.0.0.1" })).toThrow(/^url: expected an http or https URL/);
    expect(() => createRegistration({ ...irc, senderLocalpart: "Bot" })).toThrow(/^sender_localpart: expected/);
  });
});

describe("a registration file", () => {
  it("is read as it was written, unknown members too", () => {
    const options = { ...irc, protocols: ["irc"], receiveEphemeral: true, encryption: true, rateLimited: true };
    const registration = { ...createRegistration(options), "org.example.own": { a: 1 } };
    const text = formatRegistration(registration);
    expect(parseRegistration(text)).toEqual(registration);
    expect(parseRegistration(JSON.stringify(registration))).toEqual(registration);
    expect(text).toMatch(
      /^# The registration of the application service "irc".*\n# Name this file under app_service_files.*\nid: irc\nurl: /,
    );
  });

  it("with a mistake is refused by the field and the rule, and never with a token", () => {
    const text = formatRegistration(createRegistration(irc));
    const problem = (changed: string): string => {
      try {
        parseRegistration(changed);
      } catch (error) {
        return String(error);
      }
      return "none";
    };
    const { as_token } = parseRegistration(text);
    expect(problem(text.replace(/^id: .*/m, "id: 1"))).toBe("AppserviceError: id: expected string, got number");
    expect(problem(text.replace(/^hs_token: .*/m, `hs_token: ${as_token}`))).toBe(
      "AppserviceError: hs_token: it must be another than as_token",
    );
    expect(problem("as_token: [secret")).toBe("AppserviceError: the registration is neither YAML nor JSON: see line 1");
    expect(problem("- 1")).toBe("AppserviceError: a registration file must hold an object");
  });
});

describe("openRegistration", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "patrix-registration-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("makes the file once, for its owner alone, and reads it from then on", () => {
    const path = join(folder, "irc.yaml");
    const first = openRegistration(path, irc);
    expect(first.isNew).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, "utf8");
    expect(openRegistration(path, { ...irc, id: "other" })).toEqual({ registration: first.registration, isNew: false });
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("names the file that it cannot use, and leaves it", () => {
    const path = join(folder, "broken.yaml");
    writeFileSync(path, "id: [");
    expect(() => openRegistration(path, irc)).toThrow(`${path}: the registration is neither YAML nor JSON`);
    expect(readFileSync(path, "utf8")).toBe("id: [");
    expect(() => openRegistration(folder, irc)).toThrow(expect.objectContaining({ code: "NOT_READABLE" }));
  });
});
