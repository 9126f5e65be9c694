// What clients know of a room that was joined without its members is right once those have come, whatever they were told meanwhile.
import type { BuiltPdu, JsonObject } from "@patrix/signatures";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { list, SlidingConnection, type SlidingEvent } from "../sliding/sliding-requests.ts";
import { say, version } from "./federated.ts";
import { charlie, PlayedRoom, room } from "./played-room.ts";

const derek = "@derek:peer.example";
const elsie = "@elsie:peer.example";
/** Servers none of whose members are known at first. */
const silent = ["silent.example", "mute.example", "dumb.example"];
const others = ["@one:peer.example", "@two:peer.example"];

let network: TestNetwork;
let b: TestHomeserver;
let bob: TestUser;
let played: PlayedRoom;
let founder: BuiltPdu;
let come = (): void => {};

beforeEach(async () => {
  network = new TestNetwork();
  b = await testHomeserver({ serverName: "b.example", network });
  bob = await b.register("bob");
  played = new PlayedRoom(new TestPeer("peer.example", network));
  const create = played.set(charlie, "m.room.create", "", { room_version: version }, []);
  founder = played.member(charlie, "join", [create]);
  const users = { [charlie]: 100, [derek]: 100, [elsie]: 50 };
  const levels = played.set(charlie, "m.room.power_levels", "", { users }, [create, founder]);
  played.set(charlie, "m.room.join_rules", "", { join_rule: "public" }, [create, levels, founder]);
  for (const other of others) played.member(other, "join", byRules());
});
afterEach(async () => {
  come();
  await b[Symbol.asyncDispose]();
});

const byRules = (): BuiltPdu[] => [...played.authOf(), played.of("m.room.join_rules")];

/** A client that keeps what it is told of members, also where it gets the room anew. */
class Client {
  /** Memberships by user. */
  readonly members = new Map<string, unknown>();
  joinedCount: number | undefined;
  heroes: readonly string[] | undefined;
  readonly read: () => Promise<Told | undefined>;

  constructor(read: () => Promise<Told | undefined>) {
    this.read = read;
  }

  /** Takes the next answer in. @returns Whether the room was in it. */
  async sync(): Promise<boolean> {
    const told = await this.read();
    for (const { type, state_key: userId = "", content } of told?.events ?? [])
      if (type === "m.room.member") this.members.set(userId, content["membership"]);
    this.joinedCount = told?.joinedCount ?? this.joinedCount;
    this.heroes = told?.heroes ?? this.heroes;
    return told !== undefined;
  }
}

/** What one answer says of the room. */
interface Told {
  readonly events: readonly SlidingEvent[];
  readonly joinedCount: number | undefined;
  readonly heroes: readonly string[] | undefined;
}

interface ShownRoom {
  readonly summary?: { readonly "m.joined_member_count"?: number; readonly "m.heroes"?: readonly string[] };
  readonly state?: { readonly events: readonly SlidingEvent[] };
  readonly state_after?: { readonly events: readonly SlidingEvent[] };
  readonly timeline: { readonly events: readonly SlidingEvent[] };
}

/** A client of `/sync` that loads members lazily. */
function lazyClient({ useStateAfter }: { readonly useStateAfter: boolean }): Client {
  const members = { lazy_load_members: true };
  const filter = encodeURIComponent(JSON.stringify({ room: { state: members, timeline: { ...members, limit: 5 } } }));
  let since = "";
  return new Client(async () => {
    const { body } = await b.requestAs<{ next_batch: string; rooms?: { join?: Readonly<Record<string, ShownRoom>> } }>(
      bob,
      "GET",
      `/sync?filter=${filter}&use_state_after=${useStateAfter}${since}`,
    );
    since = `&since=${body.next_batch}`;
    const shown = body.rooms?.join?.[room];
    if (!shown) return undefined;
    const { state, state_after: after, timeline, summary } = shown;
    const events = useStateAfter ? (after?.events ?? []) : [...(state?.events ?? []), ...timeline.events];
    return { events, joinedCount: summary?.["m.joined_member_count"], heroes: summary?.["m.heroes"] };
  });
}

const lazyState = {
  required_state: [
    ["*", "*"],
    ["m.room.member", "$LAZY"],
    ["m.room.member", "$ME"],
  ],
  timeline_limit: 5,
};

/** A client of sliding sync that loads members lazily. */
function slidingClient(): Client {
  const connection = new SlidingConnection(b, bob);
  return new Client(async () => {
    const told = (await connection.sync(list([[0, 9]], lazyState))).rooms[room];
    if (!told) return undefined;
    const events = [...(told.required_state ?? []), ...(told.timeline ?? [])];
    return { events, joinedCount: told.joined_count, heroes: told.heroes?.map(({ user_id: userId }) => userId) };
  });
}

const kinds: readonly (readonly [string, () => Client])[] = [
  ["/sync", () => lazyClient({ useStateAfter: false })],
  ["/sync with the state after timelines", () => lazyClient({ useStateAfter: true })],
  ["sliding sync", slidingClient],
];

async function joinRoom(): Promise<void> {
  come = played.handOver({ servers: [played.peer.name, ...silent] });
  expect((await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=peer.example`, {})).status).toBe(200);
}

/** Lets the members come. @returns Who is in. */
async function whole(): Promise<readonly string[]> {
  come();
  const { body } = await b.requestAs<{ readonly joined: object }>(bob, "GET", `/rooms/${room}/joined_members`);
  return Object.keys(body.joined).toSorted();
}

const text = (sender: string, member: BuiltPdu, body: string): BuiltPdu =>
  played.build(sender, "m.room.message", { content: { msgtype: "m.text", body }, auth: played.authOf(member) });

async function taken(...events: readonly BuiltPdu[]): Promise<void> {
  const { body } = await played.peer.send(
    b,
    events.map(({ pdu }) => pdu),
  );
  expect(body["pdus"]).toEqual(Object.fromEntries(events.map(({ eventId }) => [eventId, {}])));
}

const countInHierarchy = async (): Promise<unknown> => {
  const path = `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/hierarchy`;
  const { body } = await b.request<{ readonly rooms: readonly JsonObject[] }>("GET", path, undefined, bob.accessToken);
  return body.rooms[0]?.["num_joined_members"];
};

describe.each(kinds)("a client of %s that loads members lazily", (name, open) => {
  it("is told how many members there are, and by whom the room is named", async () => {
    await joinRoom();
    const client = open();
    expect(await client.sync()).toBe(true);
    // Four other servers are in the room.
    expect([client.joinedCount, await countInHierarchy()]).toEqual([5, 5]);
    for (const other of others) expect(client.members.has(other)).toBe(false);
    expect(await whole()).toEqual([bob.userId, charlie, ...others].toSorted());
    expect(await client.sync()).toBe(true);
    expect([client.joinedCount, await countInHierarchy()]).toEqual([4, 4]);
    expect(client.heroes?.toSorted()).toEqual([charlie, ...others].toSorted());
    // In a sliding sync heroes have their names with them; of others they are of use with their memberships only.
    if (name !== "sliding sync") expect([...client.members.keys()]).toEqual(expect.arrayContaining([charlie, ...others]));
    expect(await client.sync()).toBe(false);
  });

  it("is told that somebody is no member whom it was told to be one", async () => {
    const joined = played.member(derek, "join", byRules());
    played.member(derek, "leave", played.authOf(joined));
    await joinRoom();
    await taken(text(derek, joined, "I am here"));
    const client = open();
    await client.sync();
    expect(client.members.get(derek)).toBe("join");
    await whole();
    await client.sync();
    expect(client.members.get(derek)).toBe("leave");
  });

  /** A client that was told that Elsie is out: whoever kicked her had left before, as turns out later. */
  async function misled(): Promise<{ readonly client: ReturnType<typeof open>; readonly joined: BuiltPdu }> {
    const left = played.member(derek, "join", byRules());
    played.member(derek, "leave", played.authOf(left));
    const joined = played.member(elsie, "join", byRules());
    await joinRoom();
    const kick = played.build(derek, "m.room.member", { key: elsie, content: { membership: "leave" }, auth: played.authOf(left, joined) });
    const client = open();
    await client.sync();
    await taken(kick);
    await client.sync();
    expect(client.members.get(elsie)).toBe("leave");
    return { client, joined };
  }

  it("is told that somebody is a member whom it was told to be none", async () => {
    const { client } = await misled();
    expect(await whole()).toContain(elsie);
    await client.sync();
    expect([client.members.get(derek), client.members.get(elsie)]).toEqual(["leave", "join"]);
    expect(client.joinedCount).toBe(5);
  });

  it("is told who came back meanwhile, also where the event is not among the newest", async () => {
    const { client, joined } = await misled();
    const back = played.build(elsie, "m.room.member", { key: elsie, content: { membership: "join" }, auth: [...byRules(), joined] });
    await taken(back, ...Array.from({ length: 8 }, (_, i) => text(charlie, founder, `message ${i}`)));
    expect(await whole()).toContain(elsie);
    await client.sync();
    expect(client.members.get(elsie)).toBe("join");
  });
});

it("a room that is out of the window of a sliding sync when its members come is told when it is back", async () => {
  await joinRoom();
  const connection = new SlidingConnection(b, bob);
  const [first] = Object.values((await connection.sync(list([[0, 0]], lazyState))).rooms);
  expect(first?.joined_count).toBe(5);
  const other = await b.createRoom(bob);
  expect((await say(b, bob, other, "newer")).status).toBe(200);
  expect(Object.keys((await connection.sync(list([[0, 0]], lazyState))).rooms)).toEqual([other]);
  await whole();
  await connection.sync(list([[0, 0]], lazyState));
  expect((await connection.sync(list([[0, 9]], lazyState))).rooms[room]?.joined_count).toBe(4);
});
