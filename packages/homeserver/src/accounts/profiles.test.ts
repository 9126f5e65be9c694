import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ComposedHomeserver } from "../compose/create-homeserver.ts";
import { limits } from "../limits.ts";
import { composed } from "../../tests/remote/compose.ts";
import type { LocalUser } from "./local-user.ts";
import { Profiles, readProfile } from "./profiles.ts";

let server: ComposedHomeserver;
let user: LocalUser;
/** Whose rooms were shown a new profile. */
const shown: string[] = [];
let profiles: Profiles;
beforeAll(async () => {
  server = await composed();
  profiles = new Profiles(server.parts.core, server.parts.userDirectory, async (userId) => void shown.push(userId));
});
afterAll(() => server[Symbol.asyncDispose]());

let users = 0;
beforeEach(async () => {
  user = await server.parts.accounts.accounts.create({ localpart: `user${++users}`, password: "secret" });
  shown.length = 0;
});

const set = (field: string, value: unknown): Promise<void> => profiles.set(user.userNid, user.userId, field, { [field]: value });
const remove = (field: string): Promise<void> => profiles.remove(user.userNid, user.userId, field);
const read = (): Promise<unknown> => profiles.read(user.userId);
const invalid = expect.objectContaining({ name: "AccountError", code: "INVALID_PROFILE_FIELD" }) as Error;
const tooMuch = (limit: string): unknown => expect.objectContaining({ name: "LimitError", limit });

describe("a profile", () => {
  it("has the fields that were set, of any name and kind, until they are removed", async () => {
    expect(await read()).toEqual({});
    await set("displayname", "Alice");
    await set("org.example.pronouns", ["she"]);
    await set("org.example.nothing", null);
    expect(await read()).toEqual({ displayname: "Alice", "org.example.pronouns": ["she"], "org.example.nothing": null });
    await remove("org.example.pronouns");
    await remove("never.set");
    expect(await read()).toEqual({ displayname: "Alice", "org.example.nothing": null });
  });

  it("is none where there is no account, not even a name, or where the account was deactivated", async () => {
    const { core, accounts } = server.parts;
    await core.users.intern("@stranger:elsewhere.example");
    await set("displayname", "Alice");
    expect([await readProfile(core, "@nobody:localhost"), await readProfile(core, "@stranger:elsewhere.example")]).toEqual([
      undefined,
      undefined,
    ]);
    const proven = await accounts.accounts.authenticate(user.userId, "secret");
    await accounts.accounts.deactivate(proven, { erase: false });
    expect(await read()).toBeUndefined();
  });

  it("is shown in rooms when a display name or an avatar changes, and not for other fields", async () => {
    await set("displayname", "Alice");
    await set("avatar_url", "mxc://localhost/a");
    await set("m.tz", "Europe/Berlin");
    expect(shown).toEqual([user.userId, user.userId]);
    await remove("m.tz");
    expect(shown).toHaveLength(2);
    await remove("displayname");
    await remove("avatar_url");
    expect(shown).toHaveLength(4);
  });

  it("takes display names and avatars up to a length, and the empty text to have none", async () => {
    for (const name of ["", "x".repeat(256)]) await set("displayname", name);
    // Bridges and older clients set what is no content URI.
    for (const url of [
      "",
      "https://example.org/a",
      "mxc://example.org/a",
      `mxc://example.org/${"a".repeat(1_000 - "mxc://example.org/".length)}`,
    ])
      await set("avatar_url", url);
    for (const name of ["x".repeat(257), null, 1, ["Alice"]]) await expect(set("displayname", name)).rejects.toEqual(invalid);
    for (const url of [null, `mxc://example.org/${"a".repeat(1_000)}`, 1]) await expect(set("avatar_url", url)).rejects.toEqual(invalid);
    // Elsewhere the same values are nobody's business.
    await set("org.example.url", "https://example.org/a");
  });

  it("needs the field in the body, and stores nothing else of it", async () => {
    const put = (body: object): Promise<void> => profiles.set(user.userNid, user.userId, "m.tz", body as Record<string, string>);
    await expect(put({ displayname: "Alice" })).rejects.toMatchObject({ code: "MISSING_PROFILE_FIELD" });
    await expect(put(Object.create({ "m.tz": "inherited" }) as object)).rejects.toMatchObject({ code: "MISSING_PROFILE_FIELD" });
    await put({ "m.tz": "Europe/Berlin", displayname: "Alice" });
    expect(await read()).toEqual({ "m.tz": "Europe/Berlin" });
  });
});

describe("the limits", () => {
  it("bound the name of a field in bytes", async () => {
    await set("é".repeat(127), 1);
    await expect(set("é".repeat(128), 1)).rejects.toEqual(tooMuch("profileFieldNameBytes"));
  });

  it("bound a profile as a whole, as JSON, where a field that is replaced counts once", async () => {
    // Quotes, colon and comma count with each field, and the braces once.
    const free = limits.profileBytes.value - 2 - ("a".length + '""'.length + 4) - ("b".length + '"x"'.length + 4);
    await set("b", "x");
    await expect(set("a", "x".repeat(free + 1))).rejects.toEqual(tooMuch("profileBytes"));
    await set("a", "x".repeat(free));
    await set("a", "y".repeat(free));
    await expect(set("b", "xx")).rejects.toEqual(tooMuch("profileBytes"));
    await set("b", "y");
  });

  it("hold when fields are set at the same time", async () => {
    const value = "x".repeat(limits.profileBytes.value / 2);
    const outcomes = await Promise.allSettled([set("a", value), set("b", value)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});
