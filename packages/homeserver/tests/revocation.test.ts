// What is revoked while somebody logs in must not come back by that login.
import { describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";
const LOGINS = 50;
const CLIENTS = 10;
const ROUNDS = 12;

/** What became of the logins around a revocation. */
interface Outcome {
  issued: number;
  refused: number;
  survivors: number;
}

type Login = Promise<TestResponse<AnyBody>>;

function passwordOf(user: TestUser, password = "secret"): object {
  return { type: "m.login.password", identifier: { type: "m.id.user", user: user.userId }, password };
}

function login(server: TestHomeserver, user: TestUser): Login {
  return server.request("POST", `${client}/login`, { ...passwordOf(user), refresh_token: true });
}

/** Logs in from ten clients, each again and again, and revokes once `first` of all logins have begun. */
async function race(server: TestHomeserver, user: TestUser, first: number, revoke: () => Promise<TestResponse<AnyBody>>): Promise<Outcome> {
  const logins: Login[] = [];
  let revoking: Promise<TestResponse<AnyBody>> | undefined;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (logins.length < LOGINS) {
      const last = login(server, user);
      if (logins.push(last) > first) revoking ??= revoke();
      await last;
    }
  });
  await Promise.all(clients);
  expect((await revoking)?.status).toBe(200);
  const outcome: Outcome = { issued: 0, refused: 0, survivors: 0 };
  for (const { status, body } of await Promise.all(logins)) {
    if (status !== 200) {
      expect([status, body["errcode"]]).toEqual([403, expect.stringMatching(/^(M_FORBIDDEN|M_USER_DEACTIVATED)$/)]);
      outcome.refused++;
      continue;
    }
    outcome.issued++;
    const owner = await server.request("GET", `${client}/account/whoami`, undefined, body["access_token"]);
    const refreshed = await server.request("POST", `${client}/refresh`, { refresh_token: body["refresh_token"] });
    if (owner.status !== 401 || refreshed.status !== 401) outcome.survivors++;
  }
  return outcome;
}

/** Repeats a race with more and more logins before the revocation, and adds up what became of them. */
async function races(revoke: (server: TestHomeserver, user: TestUser) => Promise<TestResponse<AnyBody>>): Promise<Outcome> {
  await using server = await testHomeserver();
  const sum: Outcome = { issued: 0, refused: 0, survivors: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const user = await server.register(`user${round}`);
    const first = Math.round(((LOGINS - 1) * round) / (ROUNDS - 1));
    const outcome = await race(server, user, first, () => revoke(server, user));
    for (const key of ["issued", "refused", "survivors"] as const) sum[key] += outcome[key];
  }
  return sum;
}

describe(`${LOGINS} logins around`, () => {
  it("a deactivation leave no session", async () => {
    const outcome = await races((server, user) =>
      server.request("POST", `${client}/account/deactivate`, { auth: passwordOf(user) }, user.accessToken),
    );
    expect(outcome.survivors).toBe(0);
    expect(outcome.issued).toBeGreaterThan(0);
    expect(outcome.refused).toBeGreaterThan(0);
  });

  it("a change of the password leave no session of the old one", async () => {
    const outcome = await races((server, user) =>
      server.request("POST", `${client}/account/password`, { auth: passwordOf(user), new_password: "another" }, user.accessToken),
    );
    expect(outcome.survivors).toBe(0);
    expect(outcome.issued).toBeGreaterThan(0);
    expect(outcome.refused).toBeGreaterThan(0);
  });
});

describe("two changes of the password with the old one", () => {
  it("are one change", async () => {
    await using server = await testHomeserver();
    let both = 0;
    for (let round = 0; round < 20; round++) {
      const user = await server.register(`user${round}`);
      const other = await login(server, user);
      const change = (token: string, password: string): Promise<TestResponse<AnyBody>> =>
        server.request(
          "POST",
          `${client}/account/password`,
          { auth: passwordOf(user), new_password: password, logout_devices: false },
          token,
        );
      const answers = await Promise.all([change(user.accessToken, "one"), change(String(other.body["access_token"]), "two")]);
      const done = answers.findIndex(({ status }) => status === 200);
      if (answers.every(({ status }) => status === 200)) both++;
      const kept = ["one", "two"][done] ?? "";
      expect((await server.request("POST", `${client}/login`, passwordOf(user, kept))).status).toBe(200);
    }
    expect(both).toBe(0);
  });
});

describe("a deactivated account", () => {
  it("has left its rooms, and nobody can use or make its tokens", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const { body } = await server.request("POST", `${client}/createRoom`, { preset: "public_chat" }, alice.accessToken);
    const room = String(body["room_id"]);
    await server.request("POST", `${client}/join/${room}`, {}, bob.accessToken);
    await server.request("POST", `${client}/account/deactivate`, { auth: passwordOf(bob) }, bob.accessToken);
    expect((await login(server, bob)).body["errcode"]).toBe("M_USER_DEACTIVATED");
    expect((await server.request("GET", `${client}/account/whoami`, undefined, bob.accessToken)).status).toBe(401);
    const members = await server.request("GET", `${client}/rooms/${room}/joined_members`, undefined, alice.accessToken);
    expect(Object.keys(members.body["joined"] ?? {})).toEqual([alice.userId]);
  });
});
