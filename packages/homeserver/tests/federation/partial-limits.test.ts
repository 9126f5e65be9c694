// Each limit on rooms whose members have not come is crossed.
import { afterEach, beforeEach, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { version } from "./federated.ts";
import { charlie, PlayedRoom, room } from "./played-room.ts";

let network: TestNetwork;
let b: TestHomeserver;
let bob: TestUser;
let played: PlayedRoom;
let come: () => void = () => {};

beforeEach(async () => {
  network = new TestNetwork();
  b = await testHomeserver({ serverName: "b.example", network });
  bob = await b.register("bob");
  played = new PlayedRoom(new TestPeer("peer.example", network));
  const create = played.set(charlie, "m.room.create", "", { room_version: version }, []);
  const founder = played.member(charlie, "join", [create]);
  const levels = played.set(charlie, "m.room.power_levels", "", { users: { [charlie]: 100 } }, [create, founder]);
  played.set(charlie, "m.room.join_rules", "", { join_rule: "public" }, [create, levels, founder]);
});
afterEach(async () => {
  come();
  await b[Symbol.asyncDispose]();
});

const many = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

async function joinRoom(servers: readonly string[]): Promise<void> {
  come = played.handOver({ servers });
  expect((await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=peer.example`, {})).status).toBe(200);
}

it("completionServers: no more are asked in one round, and the others have their turn", async () => {
  const servers = many(limits.completionServers.value * 2).map((i) => `s${i}.example`);
  for (const server of servers) network.play(server, () => ({ status: 404, body: { errcode: "M_NOT_FOUND" } }));
  const asked: string[] = [];
  network.fault = ({ to, target }) => {
    if (!target.includes("/state_ids/")) return undefined;
    asked.push(to);
    return { status: 404, body: { errcode: "M_NOT_FOUND" } };
  };
  await joinRoom(servers);
  // A round begins with the server that let the user in.
  await expect.poll(() => asked.filter((server) => server === "peer.example").length).toBeGreaterThan(1);
  expect(asked.slice(1).indexOf("peer.example")).toBe(limits.completionServers.value - 1);
  await expect.poll(() => new Set(asked).size).toBe(servers.length + 1);
});

it("partialRoomServers: of more servers those are kept that come first", async () => {
  await b[Symbol.asyncDispose]();
  // Nothing is told to all of them.
  b = await testHomeserver({ serverName: "b.example", network, config: { presence: { enabled: false } } });
  bob = await b.register("bob");
  const servers = many(limits.partialRoomServers.value + 5).map((i) => `s${i}.example`);
  await joinRoom(servers);
  expect((await b.requestAs(bob, "PUT", `/directory/room/${encodeURIComponent("#many:b.example")}`, { room_id: room })).status).toBe(200);
  const found = await played.peer.request<{ servers: string[] }>(
    b,
    "GET",
    `/_matrix/federation/v1/query/directory?room_alias=${encodeURIComponent("#many:b.example")}`,
  );
  const kept = servers.slice(0, limits.partialRoomServers.value);
  expect(found.body.servers.toSorted()).toEqual(["b.example", "peer.example", ...kept].toSorted());
});

it("heldPresence: of more users whose membership is not known the newest count", async () => {
  const users = many(limits.heldPresence.value + 1).map((i) => `@user${i}:peer.example`);
  const first = users[0] ?? "";
  const last = users.at(-1) ?? "";
  const byRules = [...played.authOf(), played.of("m.room.join_rules")];
  for (const user of [first, last]) played.member(user, "join", byRules);
  await joinRoom(["peer.example"]);
  const news = users.map((userId) => ({ user_id: userId, presence: "online", last_active_ago: 10 }));
  for (let at = 0; at < news.length; at += limits.presenceInAnswer.value)
    await played.peer.send(b, [], [{ edu_type: "m.presence", content: { push: news.slice(at, at + limits.presenceInAnswer.value) } }]);
  const statusOf = async (userId: string): Promise<unknown> =>
    (await b.requestAs(bob, "GET", `/presence/${userId}/status`)).body["presence"];
  expect(await statusOf(last)).not.toBe("online");
  come();
  expect((await b.requestAs(bob, "GET", `/rooms/${room}/members`)).status).toBe(200);
  await expect.poll(() => statusOf(last)).toBe("online");
  expect(await statusOf(first)).not.toBe("online");
});
