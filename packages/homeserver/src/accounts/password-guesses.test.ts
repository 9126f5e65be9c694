import { beforeEach, describe, expect, it } from "vitest";
import { OverloadedError } from "../errors.ts";
import { limits } from "../limits.ts";
import { testHomeserver, type TestUser } from "../testing/index.ts";
import { PasswordGuesses } from "./password-guesses.ts";

const HOUR_MS = 3_600_000;
const most = limits.wrongPasswords.value;
const alice = "@alice:example.org";
let now = 0;
let guesses: PasswordGuesses;
beforeEach(() => {
  now = 1_000_000;
  guesses = new PasswordGuesses({ now: () => now });
});

/** Tries a password. @returns Whether it was right, or after which time the next try is worth it. */
async function attempt(right: boolean, userId = alice): Promise<boolean | number> {
  try {
    return await guesses.check(userId, async () => right);
  } catch (error) {
    return error instanceof OverloadedError ? error.retryAfterMs : expect.unreachable(String(error));
  }
}
async function guessWrong(count: number): Promise<void> {
  for (let i = 0; i < count; i++) expect(await attempt(false)).toBe(false);
}

describe("guesses of an account's password", () => {
  it("are so many in an hour, and then neither right nor wrong", async () => {
    await guessWrong(most);
    now += 1_000;
    expect([await attempt(true), await attempt(false)]).toEqual([HOUR_MS - 1_000, HOUR_MS - 1_000]);
    now += HOUR_MS - 1_001;
    expect(await attempt(true)).toBe(1);
    now += 1;
    expect(await attempt(true)).toBe(true);
    await guessWrong(most);
  });

  it("are not counted where they are right", async () => {
    await guessWrong(most - 1);
    for (let i = 0; i < 5; i++) expect(await attempt(true)).toBe(true);
    await guessWrong(1);
    expect(await attempt(true)).toBe(HOUR_MS);
  });

  it("are no more for being made at once", async () => {
    let answer = (_right: boolean): void => {};
    const checked = new Promise<boolean>((resolve) => (answer = resolve));
    let asked = 0;
    const isRight = (): Promise<boolean> => {
      asked++;
      return checked;
    };
    const outcomes = Array.from({ length: most + 5 }, () => guesses.check(alice, isRight));
    answer(false);
    const statuses = (await Promise.allSettled(outcomes)).map(({ status }) => status);
    expect([asked, statuses.filter((status) => status === "rejected").length]).toEqual([most, 5]);
  });

  it("are those of one account", async () => {
    await guessWrong(most);
    expect(await attempt(true, "@bob:example.org")).toBe(true);
  });

  it("begin anew when the clock has gone back before them", async () => {
    await guessWrong(most);
    now -= 1;
    expect(await attempt(false)).toBe(false);
  });

  it("count where the check itself fails", async () => {
    const failing = (): Promise<boolean> => Promise.reject(new Error("out of memory"));
    for (let i = 0; i < most; i++) await expect(guesses.check(alice, failing)).rejects.toThrow("out of memory");
    expect(await attempt(true)).toBe(HOUR_MS);
  });
});

it("stops guesses by login and by proof of identity together, for one account and no other", async () => {
  const client = "/_matrix/client/v3";
  const roomy = { per_second: 1_000, burst: 100_000 };
  const password = (user: string, text: string): object => ({
    type: "m.login.password",
    identifier: { type: "m.id.user", user },
    password: text,
  });
  const rates = { enabled: true, registration: roomy, other: roomy, login: roomy };
  await using server = await testHomeserver({ config: { rate_limits: rates } });
  const alice = await server.register("alice");
  const bob = await server.register("bob");
  const login = (user: TestUser, text: string): Promise<{ readonly status: number; readonly body: { readonly errcode?: string } }> =>
    server.request("POST", `${client}/login`, password(user.userId, text));
  const half = most / 2;
  const first = await Promise.all(Array.from({ length: half }, () => login(alice, "wrong")));
  expect(new Set(first.map(({ status }) => status))).toEqual(new Set([403]));
  const auth = password(alice.userId, "wrong");
  const proof = (): Promise<{ readonly status: number }> =>
    server.request("DELETE", `${client}/devices/${alice.deviceId}`, { auth }, alice.accessToken);
  expect(new Set((await Promise.all(Array.from({ length: half - 1 }, proof))).map(({ status }) => status))).toEqual(new Set([401]));
  expect((await login(alice, "secret")).status).toBe(200);
  expect((await login(alice, "wrong")).status).toBe(403);
  const refused = await login(alice, "secret");
  expect([refused.status, refused.body.errcode]).toEqual([429, "M_LIMIT_EXCEEDED"]);
  expect((await proof()).status).toBe(429);
  expect((await login(bob, "secret")).status).toBe(200);
});
