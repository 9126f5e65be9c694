// Whose invites a user takes, on every way by which an invite can come.
import { describe, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestHomeserverOptions, type TestUser } from "../src/testing/index.ts";
import { pushGateway } from "./push-gateway.ts";
import { pusher } from "./pusher.ts";

interface People {
  readonly server: TestHomeserver;
  readonly alice: TestUser;
  readonly bob: TestUser;
  readonly eve: TestUser;
}

async function open(config: TestHomeserverOptions["config"] = {}): Promise<People & AsyncDisposable> {
  const server = await testHomeserver({ config });
  const [alice, bob, eve] = [await server.register("alice"), await server.register("bob"), await server.register("eve")];
  return { server, alice, bob, eve, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const filter = ({ server, bob }: People, content: object, type = "org.matrix.msc4155.invite_permission_config") =>
  server.requestAs(bob, "PUT", `/user/${bob.userId}/account_data/${type}`, content);

/** Invites Bob in each way that there is. */
async function invites({ server, bob }: People, from: TestUser): Promise<string[]> {
  const room = await server.createRoom(from, { preset: "private_chat" });
  const other = await server.createRoom(from, { preset: "private_chat" });
  const answers = [
    await server.requestAs(from, "POST", `/rooms/${room}/invite`, { user_id: bob.userId }),
    await server.requestAs(from, "PUT", `/rooms/${other}/state/m.room.member/${bob.userId}`, { membership: "invite" }),
    await server.requestAs(from, "POST", "/createRoom", { preset: "private_chat", invite: [bob.userId] }),
  ];
  return answers.map(({ status, body }) => (status === 200 ? "200" : `${status} ${body["errcode"] ?? ""}`));
}

async function told({ server, bob }: People): Promise<number> {
  const { body } = await server.requestAs<{ rooms?: { invite?: Record<string, AnyBody> } }>(bob, "GET", "/sync");
  const lists = { all: { ranges: [[0, 20]], required_state: [], timeline_limit: 1 } };
  const sliding = await server.request<{ lists: { all: { count: number } } }>(
    "POST",
    "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync",
    { lists },
    bob.accessToken,
  );
  const count = Object.keys(body.rooms?.invite ?? {}).length;
  expect(sliding.body.lists.all.count).toBe(count);
  const { body: initial } = await server.requestAs<{ rooms: { membership: string }[] }>(bob, "GET", "/initialSync");
  expect(initial.rooms.filter(({ membership }) => membership === "invite")).toHaveLength(count);
  return count;
}

const taken = ["200", "200", "200"];
const blocked = Array.from({ length: 3 }, () => "403 M_INVITE_BLOCKED");

describe("an invite", () => {
  it.each(["m.invite_permission_config", "org.matrix.msc4380.invite_permission_config"])("of anybody is refused by %s", async (type) => {
    await using people = await open();
    await filter(people, { default_action: "block" }, type);
    expect(await invites(people, people.alice)).toEqual(blocked);
    await filter(people, { default_action: "allow" }, type);
    expect(await invites(people, people.alice)).toEqual(taken);
  });

  it("is refused or not told by who sends it, users before servers, and allowed ones first", async () => {
    await using people = await open();
    await filter(people, { allowed_users: ["@alice:*"], blocked_servers: ["loc*"] });
    expect(await invites(people, people.alice)).toEqual(taken);
    expect(await invites(people, people.eve)).toEqual(blocked);
    expect(await told(people)).toBe(3);
    await filter(people, { ignored_users: ["@eve:localhost", 7, null], blocked_users: ["@e?e:*"] });
    expect(await invites(people, people.eve)).toEqual(taken);
    expect(await told(people)).toBe(3);
    // What was not told is there once the user wants it.
    await filter(people, {});
    expect(await told(people)).toBe(6);
    await filter(people, { enabled: false, blocked_servers: ["*"] });
    expect(await invites(people, people.eve)).toEqual(taken);
    await filter(people, { blocked_users: "everyone", ignored_servers: {} });
    expect(await invites(people, people.eve)).toEqual(taken);
  });

  it("that is not told pushes nothing either, and is not in the event stream", async () => {
    await using gateway = await pushGateway();
    await using people = await open({ federation: { allow_private_targets: true } });
    const { server, alice, bob, eve } = people;
    const { status } = await server.requestAs(bob, "POST", "/pushers/set", { ...pusher, data: { url: gateway.url } });
    expect(status).toBe(200);
    const start = (await server.requestAs(bob, "GET", "/initialSync")).body["end"];
    await filter(people, { ignored_users: [eve.userId] });
    expect(await invites(people, eve)).toEqual(taken);
    expect(await invites(people, alice)).toEqual(taken);
    await expect.poll(() => gateway.notifications).toHaveLength(3);
    expect(gateway.notifications.map(({ sender }) => sender)).toEqual([alice.userId, alice.userId, alice.userId]);
    const stream = async () =>
      (await server.requestAs<{ chunk: { sender: string }[] }>(bob, "GET", `/events?from=${start}&timeout=0`)).body.chunk;
    expect((await stream()).map(({ sender }) => sender)).toEqual([alice.userId, alice.userId, alice.userId]);
    await filter(people, {});
    expect(await stream()).toHaveLength(6);
  });

  it("is not looked up in more patterns than so many", async () => {
    await using people = await open();
    const most = limits.invitePatterns.value;
    const patterns = (count: number): string[] => [...Array.from({ length: count }, (_, i) => `@nobody${i}:*`), "@eve:*"];
    await filter(people, { blocked_users: patterns(most - 1) });
    expect(await invites(people, people.eve)).toEqual(blocked);
    await filter(people, { blocked_users: patterns(most) });
    expect(await invites(people, people.eve)).toEqual(taken);
  });

  it("can be filtered, which is announced", async () => {
    await using people = await open();
    const { body } = await people.server.request<{ unstable_features: Record<string, boolean> }>("GET", "/_matrix/client/versions");
    for (const feature of ["org.matrix.msc4155", "org.matrix.msc4380"]) expect(body.unstable_features[feature]).toBe(true);
  });
});
