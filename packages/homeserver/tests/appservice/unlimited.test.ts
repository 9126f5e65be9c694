/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What limits hold for application services and their users; and that their tokens are in no log.
import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/http/logger.ts";
import { limits } from "../../src/limits.ts";
import { operation } from "../../src/store/statement.ts";
import { insertAlias } from "../../src/store/statements/rooms.ts";
import { composed } from "../remote/compose.ts";
import { ircRegistration, ircServer, registeredServer, type RegisteredServer } from "./registered.ts";

const strict = {
  enabled: true,
  registration: { per_second: 0.001, burst: 3 },
  profile: { per_second: 0.001, burst: 3 },
  login: { per_second: 0.001, burst: 3 },
};
const login = "m.login.application_service";

/** How many of ten requests are taken. */
async function taken(ask: (i: number) => Promise<{ status: number }>): Promise<number> {
  let count = 0;
  for (let i = 0; i < 10; i++) if ((await ask(i)).status !== 429) count++;
  return count;
}

const names = (hs: RegisteredServer, userId: string) => (i: number) =>
  hs.as("as-irc", "PUT", `/profile/${userId}/displayname?user_id=${userId}`, { displayname: `name ${i}` });

describe("rates", () => {
  it("are not limited for a service that its file says so of, its users, and their sessions", async () => {
    await using hs = await registeredServer([ircRegistration(null, { rate_limited: false })], { config: { rate_limits: strict } });
    const ghost = await hs.ghost("_irc_ghost");
    expect(await taken(names(hs, ghost))).toBe(10);
    expect(await taken(names(hs, "@_irc_bot:localhost"))).toBe(10);
    const { body } = await hs.as("as-irc", "POST", "/login", { type: login, identifier: { type: "m.id.user", user: ghost } });
    const own = (i: number) => hs.as(String(body["access_token"]), "PUT", `/profile/${ghost}/displayname`, { displayname: `name ${i}` });
    expect(await taken(own)).toBe(10);
    const alice = await hs.server.register("alice");
    expect(
      await taken((i) => hs.server.requestAs(alice, "PUT", `/profile/${alice.userId}/displayname`, { displayname: `name ${i}` })),
    ).toBe(3);
  });

  it("are limited for the users of other services, but not for their own user, nor for making users", async () => {
    await using hs = await registeredServer([ircRegistration(null)], { config: { rate_limits: strict } });
    const ghost = await hs.ghost("_irc_ghost");
    expect(await taken(names(hs, ghost))).toBe(3);
    expect(await taken(names(hs, "@_irc_bot:localhost"))).toBe(10);
    expect(await taken((i) => hs.as("as-irc", "POST", "/register", { type: login, username: `_irc_${i}`, inhibit_login: true }))).toBe(10);
    expect(await taken(() => hs.as("as-irc", "POST", "/login", { type: login, identifier: { type: "m.id.user", user: ghost } }))).toBe(10);
    expect(await taken(() => hs.as("wrong", "POST", "/login", { type: login, identifier: { type: "m.id.user", user: ghost } }))).toBe(3);
  });

  it("of a day do not hold for a service that its file says so of", async () => {
    const options = { config: { daily_limits: { roomsPerDay: 2 } } };
    const create = (hs: RegisteredServer, user: string) => () => hs.as("as-irc", "POST", `/createRoom?user_id=${user}`, {});
    await using free = await registeredServer([ircRegistration(null, { rate_limited: false })], options);
    expect(await taken(create(free, await free.ghost("_irc_ghost")))).toBe(10);
    await using bound = await registeredServer([ircRegistration(null)], options);
    expect(await taken(create(bound, await bound.ghost("_irc_ghost")))).toBe(2);
    expect(await taken(create(bound, "@_irc_bot:localhost"))).toBe(10);
  });
});

it("aliasesOfAppservice bounds the aliases of a service's user, far above those of a person", async () => {
  await using server = await composed();
  const { core, aliases, accounts } = server.parts;
  const { userNid } = await accounts.accounts.create({ localpart: "bridge" });
  core.quotas.exempt(() => Promise.resolve(true));
  const missing = limits.aliasesOfAppservice.value - 1;
  for (let i = 0; i < missing; i += 10_000)
    await core.store.commit(
      Array.from({ length: Math.min(10_000, missing - i) }, (_, j) =>
        operation(insertAlias, `#a${i + j}:localhost`, 1_000_000 + i + j, userNid),
      ),
    );
  await aliases.set("#last:localhost", 1, userNid);
  await expect(aliases.set("#more:localhost", 1, userNid)).rejects.toMatchObject({ limit: "aliasesOfAppservice" });
});

it("no token is in a log, whatever fails, at any level", async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: "debug", write: (line) => lines.push(line) });
  await using hs = await ircServer({ protocols: ["irc"], receive_ephemeral: true }, { logger });
  const alice = await hs.server.register("alice");
  const failures = [{ status: 500, text: "as-irc hs-irc" }, "break"] as const;
  let tries = 0;
  hs.service.answer = () => failures[tries++ % failures.length] ?? "break";
  const roomId = await hs.server.createRoom(alice);
  await hs.as("as-irc", "POST", `/join/${roomId}`, {});
  await hs.as("as-irc", "GET", "/account/whoami?user_id=@nobody:localhost&access_token=as-irc");
  await hs.as("as-irc", "POST", "/_matrix/client/v1/appservice/irc/ping", {});
  await hs.server.requestAs(alice, "GET", "/thirdparty/protocols");
  await hs.server.requestAs(alice, "GET", "/profile/@_irc_x:localhost");
  await hs.server.request("GET", "/_matrix/client/v3/nowhere?access_token=as-irc", undefined, "as-irc");
  await hs.service.until(() => hs.service.transactions.length >= 2);
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.some((line) => line.includes("has not taken a transaction"))).toBe(true);
  expect(lines.join("\n")).not.toMatch(/as-irc|hs-irc/);
});
