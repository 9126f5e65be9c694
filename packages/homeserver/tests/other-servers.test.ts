// Until there is federation, what names another server fails visibly.
import { describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";
const stranger = "@eve:elsewhere.example";
const refused = { status: 403, body: { errcode: "M_FORBIDDEN", error: expect.stringContaining("elsewhere.example") } };

interface World extends AsyncDisposable {
  readonly server: TestHomeserver;
  readonly alice: TestUser;
  readonly bob: TestUser;
  readonly room: string;
}

async function open(): Promise<World> {
  const server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const { body } = await server.request("POST", `${client}/createRoom`, { preset: "public_chat" }, alice.accessToken);
  return { server, alice, bob, room: String(body["room_id"]), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe("what names another server", () => {
  it("is refused as the target of an invite, however it is sent, and no event of it is written", async () => {
    await using world = await open();
    const { server, alice, room } = world;
    const send = (method: string, path: string, body: object): Promise<unknown> =>
      server.request(method, client + path, body, alice.accessToken);
    expect(await send("POST", `/rooms/${room}/invite`, { user_id: stranger })).toMatchObject(refused);
    expect(await send("PUT", `/rooms/${room}/state/m.room.member/${stranger}`, { membership: "invite" })).toMatchObject(refused);
    expect(await send("POST", "/createRoom", { invite: ["@bob:localhost", stranger] })).toMatchObject(refused);
    const members = await server.request<{ chunk: unknown[] }>("GET", `${client}/rooms/${room}/members`, undefined, alice.accessToken);
    expect(members.body.chunk).toHaveLength(1);
    const joined = await server.request<{ joined_rooms: string[] }>("GET", `${client}/joined_rooms`, undefined, alice.accessToken);
    expect(joined.body.joined_rooms).toEqual([room]);
  });

  it("is refused as a receiver of to-device messages, before any is sent", async () => {
    await using world = await open();
    const { server, alice, bob } = world;
    const messages = { [bob.userId]: { "*": { n: 1 } }, [stranger]: { "*": { n: 1 } } };
    expect(await server.request("PUT", `${client}/sendToDevice/m.test/1`, { messages }, alice.accessToken)).toMatchObject(refused);
    const { body } = await server.request("GET", `${client}/sync`, undefined, bob.accessToken);
    expect(body["to_device"]?.["events"] ?? []).toEqual([]);
  });

  it("is among the failures of key queries and claims, beside what is found here", async () => {
    await using world = await open();
    const { server, alice, bob } = world;
    const failures = { "elsewhere.example": { errcode: "M_FORBIDDEN", error: expect.stringContaining("elsewhere.example") } };
    const query = { device_keys: { [bob.userId]: [], [stranger]: [] } };
    const found = await server.request("POST", `${client}/keys/query`, query, alice.accessToken);
    expect(found).toMatchObject({ status: 200, body: { failures, device_keys: { [bob.userId]: {} } } });
    expect(found.body["device_keys"]).not.toHaveProperty(stranger);
    const claim = { one_time_keys: { [stranger]: { DEVICE: "signed_curve25519" } } };
    expect(await server.request("POST", `${client}/keys/claim`, claim, alice.accessToken)).toMatchObject({
      status: 200,
      body: { failures },
    });
    const own = await server.request("POST", `${client}/keys/query`, { device_keys: { "@nobody:localhost": [] } }, alice.accessToken);
    expect(own.body["failures"]).toEqual({});
  });

  it("has no list of rooms, and this server's is not shown for it", async () => {
    await using world = await open();
    const { server, alice } = world;
    for (const [method, body] of [["GET", undefined] as const, ["POST", {}] as const]) {
      const list = (name: string): Promise<unknown> =>
        server.request(method, `${client}/publicRooms?server=${name}`, body, alice.accessToken);
      expect(await list("elsewhere.example")).toMatchObject(refused);
      expect(await list("localhost")).toMatchObject({ status: 200, body: { total_room_count_estimate: 0 } });
    }
  });
});
