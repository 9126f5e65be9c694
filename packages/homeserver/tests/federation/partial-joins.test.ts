import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestHomeserver, TestNetwork, TestUser } from "../../src/testing/index.ts";
import { timelineOf, type TwoServers, twoServers } from "./federated.ts";

let servers: TwoServers;
let network: TestNetwork;
let a: TestHomeserver;
let b: TestHomeserver;
let alice: TestUser;
let bob: TestUser;

beforeAll(async () => {
  servers = await twoServers();
  ({ network, a, b, alice, bob } = servers);
});
afterAll(() => servers[Symbol.asyncDispose]());

const lazily = encodeURIComponent(JSON.stringify({ room: { state: { lazy_load_members: true }, timeline: { lazy_load_members: true } } }));

/** Holds back what others ask for the state of rooms, until it is let go. */
function holdStates(): () => void {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  network.fault = async ({ target }) => {
    if (target.includes("/state_ids/")) await held;
    return undefined;
  };
  return () => {
    network.fault = undefined;
    release();
  };
}

const say = (server: TestHomeserver, user: TestUser, room: string, body: string): Promise<{ status: number }> =>
  server.requestAs(user, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { msgtype: "m.text", body });

const membersOf = async (server: TestHomeserver, user: TestUser, room: string): Promise<string[]> =>
  Object.keys((await server.requestAs(user, "GET", `/rooms/${room}/joined_members`)).body["joined"] ?? {}).toSorted();

interface ShownRoom {
  readonly timeline: object;
  readonly state: { readonly events: readonly { readonly state_key: string }[] };
}

/** A room as Bob gets it, who loads members lazily. */
async function lazySync(room: string): Promise<ShownRoom> {
  const { body } = await b.requestAs(bob, "GET", `/sync?filter=${lazily}`);
  return body["rooms"]?.["join"]?.[room] as unknown as ShownRoom;
}

/** A room of Alice's with some members more. */
async function crowdedRoom(version: string): Promise<{ room: string; carol: TestUser; dave: TestUser }> {
  const room = await a.createRoom(alice, { room_version: version, name: "many" });
  const carol = await a.register(`carol${Math.random()}`.replace(".", ""));
  const dave = await a.register(`dave${Math.random()}`.replace(".", ""));
  for (const user of [carol, dave]) expect((await a.requestAs(user, "POST", `/rooms/${room}/join`, {})).status).toBe(200);
  return { room, carol, dave };
}

describe.each(["1", "10", "11", "12"])("a room of version %s that is joined without its members", (version) => {
  it("is usable at once, and whole in the end", async () => {
    const { room, carol, dave } = await crowdedRoom(version);
    const release = holdStates();
    expect((await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {})).status).toBe(200);
    expect(network.requests.findLast(({ target }) => target.includes("/send_join/"))?.target).toContain("omit_members=true");
    expect((await say(b, bob, room, "from-b")).status).toBe(200);
    await expect.poll(() => timelineOf(a, alice, room)).toContain("from-b");
    expect((await say(a, carol, room, "from-a")).status).toBe(200);
    await expect.poll(async () => JSON.stringify((await lazySync(room)).timeline)).toContain("from-a");
    // Who has sent something is known.
    expect((await lazySync(room)).state.events.map((event) => event.state_key)).toContain(carol.userId);
    const eager = await b.requestAs(bob, "GET", "/sync");
    expect(Object.keys(eager.body["rooms"]?.["join"] ?? {})).not.toContain(room);
    const waiting = membersOf(b, bob, room);
    release();
    expect(await waiting).toEqual([alice, bob, carol, dave].map(({ userId }) => userId).toSorted());
    const told = await b.requestAs(bob, "GET", `/sync?since=${String(eager.body["next_batch"])}`);
    const joined = told.body["rooms"]?.["join"]?.[room] as unknown as ShownRoom;
    expect(joined.state.events.map((event) => event.state_key)).toEqual(expect.arrayContaining([carol.userId, dave.userId]));
  });
});
