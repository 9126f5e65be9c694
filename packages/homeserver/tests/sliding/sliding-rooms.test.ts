// What a sliding sync tells of rooms, in the form that is deployed and in that of the merged proposal.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { bodies, list, SlidingConnection, type SlidingRoom } from "./sliding-requests.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let count = 0;
beforeAll(async () => {
  server = await testHomeserver();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Two users of their own for each test. */
async function people(): Promise<void> {
  [alice, bob] = [await server.register(`alice${++count}`), await server.register(`bob${count}`)];
}
const path = (room: string, rest: string): string => `/rooms/${encodeURIComponent(room)}${rest}`;
async function ok(user: TestUser, method: string, where: string, body: object = {}): Promise<string> {
  const answer = await server.requestAs(user, method, where, body);
  expect([answer.status, answer.body["errcode"]]).toEqual([200, undefined]);
  return String(answer.body["event_id"]);
}
const say = (user: TestUser, room: string, body: string): Promise<string> =>
  ok(user, "PUT", path(room, `/send/m.room.message/${++count}`), { msgtype: "m.text", body });
const setState = (user: TestUser, room: string, type: string, content: object, key = ""): Promise<string> =>
  ok(user, "PUT", path(room, `/state/${type}/${encodeURIComponent(key)}`), content);
const stateOf = ({ required_state: state = [] }: SlidingRoom): Record<string, unknown> =>
  Object.fromEntries(state.map(({ type, state_key: key, content }) => [`${type} ${key}`, content]));

describe("windows", () => {
  it("brings the most recently active rooms, and the others once the window reaches them, each once", async () => {
    await people();
    const rooms = [await server.createRoom(alice), await server.createRoom(alice), await server.createRoom(alice)];
    const [first = "", second = "", third = ""] = rooms;
    const client = new SlidingConnection(server, alice);
    const one = await client.sync(list([[0, 0]]));
    expect([one.lists["all"], Object.keys(one.rooms)]).toEqual([{ count: 3 }, [third]]);
    expect(one.rooms[third]).toMatchObject({ initial: true, num_live: 0, membership: "join", lists: ["all"] });
    expect(Object.keys((await client.sync(list([[0, 2]]))).rooms)).toEqual([second, first]);
    expect((await client.sync(list([[0, 2]]))).rooms).toEqual({});
    await say(alice, first, "up");
    const bumped = await client.sync(list([[0, 0]]));
    expect(Object.keys(bumped.rooms)).toEqual([first]);
    expect([bodies(bumped.rooms[first]?.timeline), bumped.rooms[first]?.initial]).toEqual([["up"], undefined]);
  });

  it("brings what a room has missed while it was outside of every window, and nothing twice", async () => {
    await people();
    const [room, other] = [await server.createRoom(alice), await server.createRoom(alice)];
    const client = new SlidingConnection(server, alice);
    await client.sync(list([[0, 1]]));
    await say(alice, room, "one");
    await say(alice, other, "x");
    expect(Object.keys((await client.sync(list([[0, 0]]))).rooms)).toEqual([other]);
    await say(alice, other, "y");
    expect(Object.keys((await client.sync(list([[0, 0]]))).rooms)).toEqual([other]);
    const { rooms } = await client.sync(list([[0, 1]]));
    expect([Object.keys(rooms), bodies(rooms[room]?.timeline), rooms[room]?.limited]).toEqual([[room], ["one"], false]);
    expect(rooms[room]?.num_live).toBe(0);
    expect((await client.sync(list([[0, 1]]))).rooms).toEqual({});
  });

  it("has several ranges, each room once, and none beyond the end", async () => {
    await people();
    for (let i = 0; i < 4; i++) await server.createRoom(alice);
    const { rooms, lists } = await new SlidingConnection(server, alice).sync(
      list([
        [2, 99],
        [0, 0],
        [0, 0],
      ]),
    );
    expect([Object.keys(rooms).length, lists["all"]?.count]).toEqual([3, 4]);
    expect((await new SlidingConnection(server, alice).sync(list([]))).rooms).toEqual({});
  });

  it("refuses a range that ends before it begins", async () => {
    await people();
    const answer = await new SlidingConnection(server, alice).ask(list([[5, 1]]));
    expect([answer.status, answer.body.errcode]).toEqual([400, "M_INVALID_PARAM"]);
  });
});

describe("timelines", () => {
  it("brings more of a timeline at once when more is asked for, and says so", async () => {
    await people();
    const room = await server.createRoom(alice);
    for (const body of ["1", "2", "3"]) await say(alice, room, body);
    const client = new SlidingConnection(server, alice);
    const lone = (limit: number): object => list([[0, 0]], { timeline_limit: limit });
    const first = (await client.sync(lone(1))).rooms[room];
    expect([bodies(first?.timeline), first?.limited]).toEqual([["3"], true]);
    const more = (await client.sync(lone(3), 30_000)).rooms[room];
    expect([bodies(more?.timeline), more?.unstable_expanded_timeline, more?.initial, more?.num_live]).toEqual([
      ["1", "2", "3"],
      true,
      undefined,
      0,
    ]);
    expect((await client.sync(lone(3))).rooms).toEqual({});
    const page = await server.requestAs(alice, "GET", path(room, `/messages?dir=b&from=${more?.prev_batch ?? ""}&limit=1`));
    expect(page.body["chunk"]).toMatchObject([{ type: "m.room.history_visibility" }]);
    await say(alice, room, "4");
    const next = (await client.sync(lone(20))).rooms[room];
    expect([bodies(next?.timeline), next?.num_live, next?.limited]).toEqual([["1", "2", "3", "4"], 1, false]);
  });

  it("says that something was left out, and where to go on", async () => {
    await people();
    const room = await server.createRoom(alice);
    const client = new SlidingConnection(server, alice);
    await client.sync(list([[0, 0]], { timeline_limit: 2 }));
    for (const body of ["1", "2", "3"]) await say(alice, room, body);
    const told = (await client.sync(list([[0, 0]], { timeline_limit: 2 }))).rooms[room];
    expect([bodies(told?.timeline), told?.limited, told?.num_live]).toEqual([["2", "3"], true, 2]);
    const page = await server.requestAs<{ chunk: { content: { body: string } }[] }>(
      alice,
      "GET",
      path(room, `/messages?dir=b&from=${told?.prev_batch ?? ""}&limit=1`),
    );
    expect(bodies(page.body.chunk as never)).toEqual(["1"]);
    const fromPos = await server.requestAs<{ chunk: { content: { body: string } }[] }>(
      alice,
      "GET",
      path(room, `/messages?dir=b&from=${client.pos ?? ""}&limit=1`),
    );
    expect(bodies(fromPos.body.chunk as never)).toEqual(["3"]);
  });

  it("gives the device its transaction IDs, and leaves out messages of users who are ignored", async () => {
    await people();
    const room = await server.createRoom(alice);
    await ok(bob, "POST", path(room, "/join"));
    await ok(alice, "PUT", `/user/${alice.userId}/account_data/m.ignored_user_list`, { ignored_users: { [bob.userId]: {} } });
    const client = new SlidingConnection(server, alice);
    await client.sync(list([[0, 0]]));
    await say(bob, room, "spam");
    await say(alice, room, "mine");
    const told = (await client.sync(list([[0, 0]]))).rooms[room];
    expect(bodies(told?.timeline)).toEqual(["mine"]);
    expect(told?.timeline?.[0]).toMatchObject({ unsigned: { transaction_id: `${count}` } });
  });
});

describe("state", () => {
  it("has what is asked for, repeats what is in the timeline, and brings the rest when more is asked for", async () => {
    await people();
    const room = await server.createRoom(alice, { name: "Name", topic: "Topic" });
    await setState(alice, room, "m.space.child", { via: ["localhost"] }, "!a:localhost");
    const client = new SlidingConnection(server, alice);
    const asking = (...pairs: [string, string][]): object => list([[0, 0]], { timeline_limit: 1, required_state: pairs });
    const few = (await client.sync(asking(["m.room.name", ""], ["m.room.member", "$ME"]))).rooms[room];
    expect(Object.keys(stateOf(few ?? {})).toSorted()).toEqual([`m.room.member ${alice.userId}`, "m.room.name "]);
    const more = (await client.sync(asking(["m.room.name", ""], ["m.room.topic", ""], ["m.space.child", "*"]), 30_000)).rooms[room];
    expect(Object.keys(stateOf(more ?? {})).toSorted()).toEqual(["m.room.topic ", "m.space.child !a:localhost"]);
    expect([more?.timeline, more?.initial]).toEqual([[], undefined]);
    await setState(alice, room, "m.room.topic", { topic: "New" });
    const changed = (await client.sync(asking(["m.room.topic", ""]))).rooms[room];
    expect([stateOf(changed ?? {}), changed?.timeline?.length]).toEqual([{ "m.room.topic ": { topic: "New" } }, 1]);
    await setState(alice, room, "m.room.topic", { topic: "Untold" });
    await client.sync(asking(["m.room.name", ""]));
    const back = (await client.sync(asking(["m.room.topic", ""]))).rooms[room];
    expect(stateOf(back ?? {})).toEqual({ "m.room.topic ": { topic: "Untold" } });
  });

  it("brings members as the timeline needs them, once, and every change of a membership", async () => {
    await people();
    const carol = await server.register(`carol${count}`);
    const room = await server.createRoom(alice);
    for (const user of [bob, carol]) await ok(user, "POST", path(room, "/join"));
    await say(bob, room, "1");
    const lazy = list([[0, 0]], { timeline_limit: 1, required_state: [["m.room.member", "$LAZY"]] });
    const client = new SlidingConnection(server, alice);
    const members = (room: SlidingRoom | undefined): unknown[] => room?.required_state?.map(({ state_key: key }) => key) ?? [];
    expect(members((await client.sync(lazy)).rooms[room])).toEqual([bob.userId]);
    await say(bob, room, "2");
    expect(members((await client.sync(lazy)).rooms[room])).toEqual([]);
    await say(carol, room, "3");
    expect(members((await client.sync(lazy)).rooms[room])).toEqual([carol.userId]);
    await ok(carol, "POST", path(room, "/leave"));
    const left = (await client.sync(lazy)).rooms[room];
    expect([members(left), left?.joined_count]).toEqual([[carol.userId], 2]);
  });

  it("names a room by its members as long as it has no name, and tells when name and avatar go", async () => {
    await people();
    await ok(bob, "PUT", `/profile/${bob.userId}/displayname`, { displayname: "Bob" });
    const room = await server.createRoom(alice);
    await ok(bob, "POST", path(room, "/join"));
    const client = new SlidingConnection(server, alice);
    const first = (await client.sync(list([[0, 0]]))).rooms[room];
    expect(first).toMatchObject({ heroes: [{ user_id: bob.userId, displayname: "Bob" }], joined_count: 2, invited_count: 0 });
    expect([first?.name, first?.avatar]).toEqual([undefined, undefined]);
    await setState(alice, room, "m.room.name", { name: "Named" });
    await setState(alice, room, "m.room.avatar", { url: "mxc://localhost/a" });
    const named = (await client.sync(list([[0, 0]]))).rooms[room];
    expect([named?.name, named?.avatar, named?.heroes]).toEqual(["Named", "mxc://localhost/a", undefined]);
    await say(alice, room, "x");
    const plain = (await client.sync(list([[0, 0]]))).rooms[room];
    expect([plain?.name, plain?.avatar, plain?.joined_count]).toEqual([undefined, undefined, undefined]);
    await setState(alice, room, "m.room.name", {});
    await setState(alice, room, "m.room.avatar", {});
    const unnamed = (await client.sync(list([[0, 0]]))).rooms[room];
    expect([unnamed?.name, unnamed?.avatar, unnamed?.heroes?.length]).toEqual([null, null, 1]);
  });
});

describe("memberships", () => {
  it("tells of an invite by its stripped state, of joining anew, and once of leaving", async () => {
    await people();
    const room = await server.createRoom(alice, { preset: "private_chat", name: "Secret" });
    const client = new SlidingConnection(server, bob);
    expect((await client.sync(list([[0, 9]]))).lists["all"]).toEqual({ count: 0 });
    await ok(alice, "POST", path(room, "/invite"), { user_id: bob.userId });
    const invited = (await client.sync(list([[0, 9]]))).rooms[room];
    expect(invited).toMatchObject({ initial: true, membership: "invite" });
    expect(invited?.invite_state?.map(({ type, content }) => [type, content["membership"]])).toContainEqual(["m.room.member", "invite"]);
    expect([invited?.timeline, invited?.required_state]).toEqual([undefined, undefined]);
    expect((await client.sync(list([[0, 9]]))).rooms).toEqual({});
    await ok(bob, "POST", path(room, "/join"));
    expect((await client.sync(list([[0, 9]]))).rooms[room]).toMatchObject({ initial: true, membership: "join", name: "Secret" });
    await say(alice, room, "hello");
    await ok(bob, "POST", path(room, "/leave"));
    await say(alice, room, "behind the back");
    const left = await client.sync(list([[0, 9]], { required_state: [] }));
    expect([left.rooms[room]?.membership, bodies(left.rooms[room]?.timeline)]).toEqual(["leave", ["hello"]]);
    expect(stateOf(left.rooms[room] ?? {})).toMatchObject({ [`m.room.member ${bob.userId}`]: { membership: "leave" } });
    const after = await client.sync(list([[0, 9]]));
    expect([after.rooms, after.lists["all"]]).toEqual([{}, { count: 0 }]);
    expect((await new SlidingConnection(server, bob).sync(list([[0, 9]]))).lists["all"]).toEqual({ count: 0 });
  });

  it("tells of a kick and a ban for good, and of one who was never in nothing", async () => {
    await people();
    const carol = await server.register(`carol${count}`);
    const room = await server.createRoom(alice);
    await ok(bob, "POST", path(room, "/join"));
    await say(alice, room, "seen");
    await ok(alice, "POST", path(room, "/ban"), { user_id: bob.userId });
    await ok(alice, "POST", path(room, "/ban"), { user_id: carol.userId });
    await say(alice, room, "unseen");
    const banned = await new SlidingConnection(server, bob).sync(list([[0, 9]]));
    expect([banned.lists["all"], banned.rooms[room]?.membership, bodies(banned.rooms[room]?.timeline)]).toEqual([
      { count: 1 },
      "ban",
      ["seen"],
    ]);
    const stranger = await new SlidingConnection(server, carol).sync({
      ...list([[0, 9]]),
      room_subscriptions: { [room]: { timeline_limit: 5 } },
    });
    expect([stranger.lists["all"], stranger.rooms]).toEqual([{ count: 0 }, {}]);
  });

  it("tells whoever rejects an invite, or has it withdrawn, that it is over", async () => {
    await people();
    const rooms = [await server.createRoom(alice, { preset: "private_chat" }), await server.createRoom(alice, { preset: "private_chat" })];
    const client = new SlidingConnection(server, bob);
    for (const room of rooms) await ok(alice, "POST", path(room, "/invite"), { user_id: bob.userId });
    expect(Object.keys((await client.sync(list([[0, 9]]))).rooms)).toHaveLength(2);
    await ok(bob, "POST", path(rooms[0] ?? "", "/leave"));
    await ok(alice, "POST", path(rooms[1] ?? "", "/kick"), { user_id: bob.userId });
    const over = await client.sync(list([[0, 9]]));
    for (const room of rooms) {
      expect(stateOf(over.rooms[room] ?? {})).toEqual({
        [`m.room.member ${bob.userId}`]: expect.objectContaining({ membership: "leave" }),
      });
      expect([over.rooms[room]?.timeline, over.rooms[room]?.invite_state]).toEqual([[], undefined]);
    }
    const after = await client.sync(list([[0, 9]]));
    expect([after.rooms, after.lists["all"]]).toEqual([{}, { count: 0 }]);
  });

  it("tells of a knock with the knock itself, hides invites of users who are ignored, and shows a room only to whom it may", async () => {
    await people();
    const knockable = await server.createRoom(alice, { initial_state: [{ type: "m.room.join_rules", content: { join_rule: "knock" } }] });
    await ok(bob, "POST", `/knock/${encodeURIComponent(knockable)}`);
    const client = new SlidingConnection(server, bob);
    const knocked = (await client.sync(list([[0, 9]]))).rooms[knockable];
    expect(knocked?.membership).toBe("knock");
    expect(knocked?.invite_state?.find(({ state_key: key }) => key === bob.userId)?.content).toMatchObject({ membership: "knock" });
    await ok(bob, "PUT", `/user/${bob.userId}/account_data/m.ignored_user_list`, { ignored_users: { [alice.userId]: {} } });
    const room = await server.createRoom(alice, { preset: "private_chat" });
    await ok(alice, "POST", path(room, "/invite"), { user_id: bob.userId });
    const subscribed = { ...list([[0, 9]]), room_subscriptions: { [room]: { timeline_limit: 5, required_state: [["*", "*"]] } } };
    expect((await client.sync(subscribed)).rooms).toEqual({});
    const secret = await server.createRoom(alice, { preset: "private_chat" });
    expect((await client.sync({ room_subscriptions: { [secret]: { timeline_limit: 5 }, "!unknown:localhost": {} } })).rooms).toEqual({});
  });
});

describe("subscriptions", () => {
  it("brings a room that no window has, and goes with what both want of one that a window has", async () => {
    await people();
    const [room, other] = [await server.createRoom(alice, { topic: "T" }), await server.createRoom(alice)];
    for (const body of ["1", "2"]) await say(alice, room, body);
    await say(alice, other, "x");
    const client = new SlidingConnection(server, alice);
    const subscribed = (range: [number, number]): object => ({
      ...list([range], { timeline_limit: 1, required_state: [["m.room.name", ""]] }),
      room_subscriptions: { [room]: { timeline_limit: 2, required_state: [["m.room.topic", ""]] } },
    });
    const first = await client.sync(subscribed([0, 0]));
    expect(Object.keys(first.rooms)).toEqual([room, other]);
    expect([bodies(first.rooms[room]?.timeline), Object.keys(stateOf(first.rooms[room] ?? {})), first.rooms[room]?.lists]).toEqual([
      ["1", "2"],
      ["m.room.topic "],
      undefined,
    ]);
    expect((await client.sync(subscribed([0, 9]))).rooms).toEqual({});
  });
});

describe("the merged form", () => {
  it("has its own names, and tells what is gone", async () => {
    await people();
    const room = await server.createRoom(alice, { name: "Name" });
    const client = new SlidingConnection(server, alice, "merged");
    const asked = (limit: number): object => ({
      lists: {
        all: {
          range: [0, 0],
          timeline_limit: limit,
          required_state: { include: [{}], exclude: [{ type: "m.room.name" }], lazy_members: true },
        },
      },
    });
    const first = (await client.sync(asked(1))).rooms[room];
    expect(first).toMatchObject({ initial: true, lists: ["all"], membership: "join", name: "Name" });
    expect(Object.keys(stateOf(first ?? {}))).not.toContain("m.room.name ");
    expect([first?.notification_count, Object.keys(stateOf(first ?? {})).includes("m.room.create ")]).toEqual([undefined, true]);
    const more = (await client.sync(asked(3))).rooms[room];
    expect([more?.expanded_timeline, more?.unstable_expanded_timeline]).toEqual([true, undefined]);
    await ok(alice, "POST", path(room, "/invite"), { user_id: bob.userId });
    const bobs = new SlidingConnection(server, bob, "merged");
    const unranged = { lists: { all: { timeline_limit: 1, required_state: {} } } };
    const invited = (await bobs.sync(unranged)).rooms[room];
    expect(invited?.stripped_state?.map(({ type }) => type)).toContain("m.room.name");
    await ok(bob, "POST", path(room, "/leave"));
    expect((await bobs.sync(unranged)).rooms[room]).toMatchObject({
      membership: "leave",
      stripped_state: [{ content: { membership: "leave" } }],
    });
    const refused = await client.ask({ ...asked(1), set_presence: "nowhere" });
    expect([refused.status, refused.body.errcode]).toEqual([400, "M_INVALID_PARAM"]);
  });
});
