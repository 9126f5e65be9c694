// What ends a session, and what the session does at the same moment: one of them comes first, and nothing is left over.
import { describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../../src/testing/index.ts";
import { count, race, type Tally, turns } from "./race.ts";

const client = "/_matrix/client/v3";
const ROUNDS = 40;

type Answer = Promise<TestResponse<AnyBody>>;

function secret(user: TestUser, password = "secret"): object {
  return { type: "m.login.password", identifier: { type: "m.id.user", user: user.userId }, password };
}

async function session(server: TestHomeserver, user: TestUser): Promise<{ access: string; refresh: string; device: string }> {
  const { body } = await server.request("POST", `${client}/login`, { ...secret(user), refresh_token: true });
  return { access: String(body["access_token"]), refresh: String(body["refresh_token"]), device: String(body["device_id"]) };
}

async function isAlive(server: TestHomeserver, token: unknown): Promise<boolean> {
  return (await server.request("GET", `${client}/account/whoami`, undefined, String(token))).status === 200;
}

describe("a logout", () => {
  it(`and a refresh at the same time leave no token, ${ROUNDS} times`, async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const tally: Tally = {};
    let survivors = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { access, refresh } = await session(server, alice);
      const [refreshed] = await race(
        round,
        () => server.request("POST", `${client}/refresh`, { refresh_token: refresh }),
        () => server.request("POST", `${client}/logout`, {}, access),
      );
      count(tally, refreshed.status === 200 ? "refreshed first" : "logged out first");
      if (await isAlive(server, access)) survivors++;
      if (refreshed.status !== 200) continue;
      if (await isAlive(server, refreshed.body["access_token"])) survivors++;
      const again = await server.request("POST", `${client}/refresh`, { refresh_token: refreshed.body["refresh_token"] });
      if (again.status === 200) survivors++;
    }
    expect(survivors).toBe(0);
    expect(tally).toEqual({ "refreshed first": expect.any(Number), "logged out first": expect.any(Number) });
  });

  it(`ends an open poll, which tells nothing that comes after it, ${ROUNDS} times`, async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const { body } = await server.request("POST", `${client}/createRoom`, { preset: "public_chat" }, bob.accessToken);
    const room = String(body["room_id"]);
    await server.request("POST", `${client}/join/${room}`, {}, alice.accessToken);
    let sent = 0;
    const say = (text: string): Answer =>
      server.request("PUT", `${client}/rooms/${room}/send/m.room.message/${sent++}`, { msgtype: "m.text", body: text }, bob.accessToken);
    const tally: Tally = {};
    let leaks = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { access } = await session(server, alice);
      const start = await server.request("GET", `${client}/sync`, undefined, access);
      const poll = server.request("GET", `${client}/sync?timeout=30000&since=${start.body["next_batch"]}`, undefined, access);
      await turns(round);
      await race(
        round,
        () => say("before"),
        async () => {
          await server.request("POST", `${client}/logout`, {}, access);
          await say("after the logout");
        },
      );
      const { status, body: answer } = await poll;
      count(tally, status === 200 ? "told before" : "ended");
      if (JSON.stringify(answer).includes("after the logout")) leaks++;
    }
    expect(leaks).toBe(0);
    expect(tally).toEqual({ "told before": expect.any(Number), ended: expect.any(Number) });
  });
});

describe("two proofs with one password", () => {
  it(`of which the first changes the account: the other counts no more, ${ROUNDS} times`, async () => {
    await using server = await testHomeserver();
    const tally: Tally = {};
    let violations = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const user = await server.register(`user${round}`);
      const { access } = await session(server, user);
      const change = { auth: secret(user), new_password: "another", logout_devices: false };
      const [changed, ended] = await race(
        round,
        () => server.request("POST", `${client}/account/password`, change, user.accessToken),
        () => server.request("POST", `${client}/account/deactivate`, { auth: secret(user) }, access),
      );
      count(tally, changed.status === 200 ? "changed" : "deactivated");
      if ((changed.status === 200) === (ended.status === 200)) violations++;
      const old = await server.request("POST", `${client}/login`, secret(user));
      if (old.status === 200) violations++;
      if ((await isAlive(server, user.accessToken)) !== (changed.status === 200)) violations++;
    }
    expect(violations).toBe(0);
    expect(tally).toEqual({ changed: expect.any(Number), deactivated: expect.any(Number) });
  });
});

describe("one name", () => {
  it("is registered once by fifty at the same time, whatever its capitals, and the others get no token", async () => {
    await using server = await testHomeserver();
    for (let round = 0; round < 4; round++) {
      const names = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? `wanted${round}` : `Wanted${round}`));
      const answers = await Promise.all(
        names.map((username, i) =>
          server.request("POST", `${client}/register`, { username, password: `secret${i}`, auth: { type: "m.login.dummy" } }),
        ),
      );
      const won = answers.filter(({ status }) => status === 200);
      const lost = answers.filter(({ status, body }) => status === 400 && body["errcode"] === "M_USER_IN_USE" && !("access_token" in body));
      expect([won.length, lost.length]).toEqual([1, 49]);
      const winner = answers.findIndex(({ status }) => status === 200);
      const logins = await Promise.all(
        names.map((_, i) =>
          server.request("POST", `${client}/login`, { type: "m.login.password", user: `wanted${round}`, password: `secret${i}` }),
        ),
      );
      expect(logins.flatMap(({ status }, i) => (status === 200 ? [i] : []))).toEqual([winner]);
    }
  });
});
