import { expect, it } from "vitest";
import { limits } from "../limits.ts";
import { composed } from "../../tests/remote/compose.ts";
import { issueOpenIdToken, OPENID_TOKEN_LIFETIME_MS } from "./openid-tokens.ts";

it("a user has so many valid OpenID tokens, each another one, and may ask for more once the first is over", async () => {
  let now = 1_000_000;
  await using server = await composed({ clock: { now: () => now } });
  const { core, accounts } = server.parts;
  const [alice, bob] = [await accounts.accounts.create({ localpart: "alice" }), await accounts.accounts.create({ localpart: "bob" })];
  const issue = (): Promise<string> => issueOpenIdToken(core, alice.userNid);
  const tokens = [await issue()];
  now += 1;
  while (tokens.length < limits.openIdTokens.value) tokens.push(await issue());
  expect(new Set(tokens).size).toBe(limits.openIdTokens.value);
  const tooMany = { name: "LimitError", limit: "openIdTokens" };
  await expect(issue()).rejects.toMatchObject(tooMany);
  await issueOpenIdToken(core, bob.userNid);
  expect(OPENID_TOKEN_LIFETIME_MS).toBe(3_600_000);
  now += OPENID_TOKEN_LIFETIME_MS - 1;
  await expect(issue()).rejects.toMatchObject(tooMany);
  now += 1;
  await issue();
  await expect(issue()).rejects.toMatchObject(tooMany);
});
