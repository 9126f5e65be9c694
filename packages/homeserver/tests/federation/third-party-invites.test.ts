// Invites of addresses, which become invites of users when an identity server says whose the address is.
import { generateSigningKey, type JsonObject, signEvent, type SigningKey, signJson } from "@patrix/signatures";
import { afterEach, beforeEach, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type TestHomeserver, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { rules, type TwoServers, twoServers, until, version } from "./federated.ts";

let servers: TwoServers;
let a: TestHomeserver;
let b: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let key: SigningKey;
let room: string;

beforeEach(async () => {
  servers = await twoServers();
  ({ a, b, alice, bob } = servers);
  key = generateSigningKey("ed25519:0");
  room = await a.createRoom(alice, { preset: "private_chat", room_version: version });
  const content = {
    display_name: "b...@example.org",
    key_validity_url: "https://id.example/valid",
    public_key: key.publicKey,
    public_keys: [{ public_key: key.publicKey }],
  };
  expect((await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.third_party_invite/token`, content)).status).toBe(200);
});
afterEach(() => servers[Symbol.asyncDispose]());

/** What the identity server says of the owner of the address. */
const signed = (mxid: string, by = key, token = "token"): JsonObject => signJson({ mxid, token }, "id.example", by);
const memberOf = async (userId: string): Promise<unknown> =>
  (await a.requestAs(alice, "GET", `/rooms/${room}/state/m.room.member/${userId}`)).body;

function bind(server: TestHomeserver, mxid: string, invites: readonly object[]): Promise<{ status: number; body: unknown }> {
  return server.request("PUT", "/_matrix/federation/v1/3pid/onbind", { medium: "email", address: "bob@example.org", mxid, invites });
}
const waiting = (mxid: string, proof: JsonObject): object => ({
  medium: "email",
  address: "bob@example.org",
  mxid,
  room_id: room,
  sender: alice.userId,
  signed: proof,
});

it("a user whose address was invited is invited once the address is the user's, through the server of whoever has invited", async () => {
  expect(await bind(b, bob.userId, [waiting(bob.userId, signed(bob.userId))])).toMatchObject({ status: 200, body: {} });
  expect(await memberOf(bob.userId)).toMatchObject({
    membership: "invite",
    third_party_invite: { display_name: "b...@example.org", signed: { mxid: bob.userId, token: "token" } },
  });
  const { body } = await b.requestAs(bob, "GET", "/sync");
  expect(Object.keys(body["rooms"]?.["invite"] ?? {})).toEqual([room]);
  expect((await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {})).status).toBe(200);
  await until(async () => ((await memberOf(bob.userId)) as { membership: string }).membership === "join");
});

it("a user of the server that has invited is invited there", async () => {
  const carol = await a.register("carol");
  expect((await bind(a, carol.userId, [waiting(carol.userId, signed(carol.userId))])).status).toBe(200);
  expect(await memberOf(carol.userId)).toMatchObject({ membership: "invite" });
});

it("what the identity server of the room has not said invites nobody, and holds up nothing that it has said", async () => {
  const foreign = generateSigningKey("ed25519:0");
  const forged = [
    signed(bob.userId, foreign),
    signed("@mallory:b.example"),
    signed(bob.userId, key, "another"),
    { ...signed(bob.userId), token: "another" },
    { mxid: bob.userId, token: "token", signatures: {} },
  ];
  const asked = servers.network.requests.length;
  expect(
    (
      await bind(
        b,
        bob.userId,
        forged.map((proof) => waiting(bob.userId, proof)),
      )
    ).status,
  ).toBe(200);
  expect(await memberOf(bob.userId)).toMatchObject({ errcode: "M_NOT_FOUND" });
  // Of a user that there is not nobody is asked.
  const before = servers.network.requests.length;
  expect(before).toBeGreaterThan(asked);
  for (const mxid of ["@nobody:b.example", alice.userId]) expect((await bind(b, mxid, [waiting(mxid, signed(mxid))])).status).toBe(200);
  expect(servers.network.requests).toHaveLength(before);
  await bind(
    b,
    bob.userId,
    [...forged, signed(bob.userId)].map((proof) => waiting(bob.userId, proof)),
  );
  expect(await memberOf(bob.userId)).toMatchObject({ membership: "invite" });
});

it("boundInvites: a notice with more invites is refused", async () => {
  const many = Array.from({ length: limits.boundInvites.value + 1 }, () => waiting(bob.userId, signed(bob.userId)));
  expect(await bind(b, bob.userId, many)).toMatchObject({ status: 413, body: { errcode: "M_TOO_LARGE" } });
  expect(await memberOf(bob.userId)).toMatchObject({ errcode: "M_NOT_FOUND" });
});

it("a server that asks for an invite gets one for what the room's rules allow, and nothing else", async () => {
  const peer = new TestPeer("peer.example", servers.network);
  const eve = "@eve:peer.example";
  peer.answers.set("/v2/invite/", ({ body }) => {
    const { event } = JSON.parse(body ?? "{}") as { event: JsonObject };
    return { status: 200, body: { event: signEvent(event, peer.name, peer.key, rules) } };
  });
  const uri = `/_matrix/federation/v1/exchange_third_party_invite/${encodeURIComponent(room)}`;
  const ask = async (more: object = {}, proof = signed(eve)): Promise<number> => {
    // As some servers do, without the name of the address.
    const content = { membership: "invite", third_party_invite: { signed: proof } };
    const event = { type: "m.room.member", room_id: room, sender: alice.userId, state_key: eve, content, ...more };
    return (await peer.request(a, "PUT", uri, event)).status;
  };
  for (const more of [
    { type: "m.room.message" },
    { room_id: "!other:a.example" },
    { state_key: "@mallory:peer.example" },
    { sender: eve },
    { sender: "@stranger:a.example" },
    { content: { membership: "join" } },
  ])
    expect([more, await ask(more)]).toEqual([more, expect.toSatisfy((status: number) => status === 400 || status === 403)]);
  expect(await ask({}, signed(eve, generateSigningKey("ed25519:0")))).toBe(403);
  expect(await memberOf(eve)).toMatchObject({ errcode: "M_NOT_FOUND" });
  await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.server_acl/`, { allow: ["*"], deny: ["peer.example"] });
  expect(await ask()).toBe(403);
  await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.server_acl/`, { allow: ["*"] });
  expect(await ask()).toBe(200);
  expect(await memberOf(eve)).toMatchObject({ membership: "invite", third_party_invite: { display_name: "b...@example.org" } });
});
