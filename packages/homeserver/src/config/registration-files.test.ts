import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadRegistrations } from "./registration-files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patrix-registrations-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const usual = {
  id: "irc",
  url: "http://127.0.0.1:9000/bridge",
  as_token: "as-secret",
  hs_token: "hs-secret",
  sender_localpart: "_irc_bot",
  namespaces: { users: [{ exclusive: true, regex: "@_irc_.*" }] },
};

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
const load = (...files: string[]) => loadRegistrations({ server_name: "example.org", app_service_files: files });
async function problems(...files: string[]): Promise<string> {
  const message = await load(...files).then(
    () => "none",
    (error: Error) => error.message,
  );
  expect(message).not.toMatch(/secret/);
  return message.replaceAll(`${folder}/`, "");
}

describe("registration files", () => {
  it("are YAML or JSON, and keep members that the server does not know", async () => {
    const yaml = `id: heisenbridge
url: null
as_token: a
hs_token: h
rate_limited: false
sender_localpart: heisenbridge
namespaces:
  users:
  - {regex: '@irc_.*', exclusive: true}
  aliases: []
  rooms: []
org.matrix.msc3202: true
heisenbridge: {media_url: null}
`;
    const [irc, heisenbridge] = await load(file("a.json", usual), file("b.yaml", yaml));
    expect(irc).toEqual(usual);
    expect(heisenbridge).toMatchObject({
      id: "heisenbridge",
      url: null,
      rate_limited: false,
      "org.matrix.msc3202": true,
      heisenbridge: {},
    });
  });

  it("may leave the address out", async () => {
    const { url: _url, ...puppets } = usual;
    expect(await load(file("a.json", puppets))).toMatchObject([{ url: null }]);
    expect(await load(file("a.json", { ...usual, url: "" }))).toMatchObject([{ url: null }]);
  });

  it("that are wrong are named with the field and the rule, and without tokens", async () => {
    const wrong = async (changes: object): Promise<string> => problems(file("a.json", { ...usual, ...changes }));
    expect(await wrong({ id: 1 })).toBe("a.json: id: expected string, got number");
    expect(await wrong({ as_token: undefined })).toBe("a.json: as_token: required, but missing");
    expect(await wrong({ id: "" })).toBe("a.json: id: expected between 1 and 255 characters");
    expect(await wrong({ id: "x".repeat(256) })).toBe("a.json: id: expected between 1 and 255 characters");
    expect(await wrong({ hs_token: "as-secret" })).toBe("a.json: hs_token: it must be another than as_token");
    expect(await wrong({ as_token: "" })).toBe("a.json: as_token: it must not be empty");
    expect(await wrong({ url: "localhost:9000" })).toBe("a.json: url: expected an http or https URL, or null");
    expect(await wrong({ url: "http://user:secret@x" })).toBe("a.json: url: expected no credentials, no query and no fragment");
    for (const sender of ["", "A", "a:b", "@a", "a b"])
      expect(await wrong({ sender_localpart: sender })).toMatch(/^a.json: sender_localpart: expected/);
    expect(await wrong({ namespaces: { users: [{ exclusive: true, regex: "@(" }] } })).toBe(
      "a.json: namespaces.users.0.regex: not a regular expression: @(",
    );
    expect(await wrong({ namespaces: { aliases: [{ regex: "#a" }] } })).toBe(
      "a.json: namespaces.aliases.0.exclusive: required, but missing",
    );
    expect(await wrong({ "org.matrix.msc3202": "yes" })).toBe("a.json: org.matrix.msc3202: expected boolean, got string");
    expect(await problems(file("a.json", "- 1"))).toBe("a.json: a registration file must hold an object");
    expect(await problems(file("a.yaml", "as_token: [secret"))).toMatch(/^the registration file a.yaml is neither YAML nor JSON: /);
    expect(await problems(join(folder, "none.yaml"))).toBe("the registration file none.yaml cannot be read");
  });

  it("must not contradict one another, and all that do are named", async () => {
    const first = file("a.json", usual);
    expect(await problems(first, file("b.json", usual))).toBe(
      [
        "b.json: id: it is the same as in a.json",
        "b.json: as_token: it is the same as in a.json",
        "b.json: sender_localpart: it is the same as in a.json",
        "b.json: namespaces.users: the exclusive pattern @_irc_.*: it is the same as in a.json",
      ].join("\n"),
    );
    const other = {
      ...usual,
      id: "two",
      as_token: "as-two",
      sender_localpart: "two",
      namespaces: { users: [{ exclusive: false, regex: "@_irc_.*" }] },
    };
    expect(await problems(first, file("b.json", other))).toBe("none");
  });
});
