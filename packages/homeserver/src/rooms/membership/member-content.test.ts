import { expect, it } from "vitest";
import { memberContent } from "./member-content.ts";

const bob = "@bob:example.org";
const profile = { displayname: "Bob", avatar_url: "mxc://example.org/b" };

it.each(["join", "invite", "knock"])("a membership %s shows the profile of its user", async (membership) => {
  expect(await memberContent(async () => profile, bob, membership)).toEqual({ ...profile, membership });
  expect(await memberContent(async () => ({}), bob, membership, "why")).toEqual({ membership, reason: "why" });
});

it.each(["leave", "ban"])("a membership %s shows no profile", async (membership) => {
  expect(await memberContent(async () => profile, bob, membership, "why")).toEqual({ membership, reason: "why" });
});
