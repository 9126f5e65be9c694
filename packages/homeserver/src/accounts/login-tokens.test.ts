import { expect, it } from "vitest";
import { limits } from "../limits.ts";
import { LOGIN_TOKEN_LIFETIME_MS, LoginTokens } from "./login-tokens.ts";

let now = 1_000;
const account = (userNid: number) => ({ userNid, userId: `@user${userNid}:example.org`, passwordHash: null }) as const;

it("a login token is good once, and for two minutes", () => {
  const tokens = new LoginTokens({ now: () => now });
  const [first, second] = [tokens.issue(account(1)), tokens.issue(account(2))];
  expect(tokens.take(first)).toEqual(account(1));
  expect(() => tokens.take(first)).toThrow("not a valid login token");
  now += LOGIN_TOKEN_LIFETIME_MS;
  expect(() => tokens.take(second)).toThrow("not a valid login token");
  expect(() => tokens.take("pal_unknown")).toThrow("not a valid login token");
});

it("of the login tokens of a user the oldest end, and of all of them", () => {
  const tokens = new LoginTokens({ now: () => now });
  const other = tokens.issue(account(2));
  const own = Array.from({ length: limits.loginTokensOfUser.value + 1 }, () => tokens.issue(account(1)));
  expect(() => tokens.take(own[0] ?? "")).toThrow();
  expect(tokens.take(own[1] ?? "")).toEqual(account(1));
  expect(tokens.take(other)).toEqual(account(2));
  const last = own.at(-1) ?? "";
  for (let i = 0; i < limits.loginTokens.value; i++) tokens.issue(account(i + 3));
  expect(() => tokens.take(last)).toThrow();
});
