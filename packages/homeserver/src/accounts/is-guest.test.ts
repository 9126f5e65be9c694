import { expect, it } from "vitest";
import { composed } from "../../tests/remote/compose.ts";
import { isGuest } from "./is-guest.ts";

it("a guest is who has a guest account, and nobody without an account", async () => {
  await using server = await composed();
  const { core, accounts } = server.parts;
  const guest = await accounts.accounts.create({ localpart: "guest", guest: true });
  const user = await accounts.accounts.create({ localpart: "user" });
  const stranger = await core.users.intern("@stranger:elsewhere.example");
  const found = [guest.userNid, user.userNid, stranger].map((userNid) => isGuest(core, userNid));
  expect(await Promise.all(found)).toEqual([true, false, false]);
});
