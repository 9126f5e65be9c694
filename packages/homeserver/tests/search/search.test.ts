// Searching as clients do, over HTTP.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { Searcher } from "./searcher.ts";

let server: TestHomeserver;
let users: Readonly<Record<"alice" | "bob", TestUser>>;
let alice: Searcher;
let bob: Searcher;
let hall: string;
let nook: string;
const recent = { order_by: "recent" };

beforeAll(async () => {
  server = await testHomeserver();
  users = { alice: await server.register("alice"), bob: await server.register("bob") };
  [alice, bob] = [new Searcher(server, users.alice), new Searcher(server, users.bob)];
  hall = await server.createRoom(users.alice, { name: "The Hall of Lanterns", topic: "How to mend a lantern" });
  nook = await server.createRoom(users.alice);
  for (const room of [hall, nook]) await bob.join(room);
});
afterAll(() => server[Symbol.asyncDispose]());

describe("a search finds", () => {
  it("what has all the words, in whatever order, case and accents", async () => {
    const one = await alice.say(hall, "The green Äpple fell");
    await bob.say(nook, "a green pear");
    const two = await bob.say(nook, "APPLE! Green?");
    expect((await bob.search("apple green", recent)).ids).toEqual([two, one]);
    expect(await bob.search("apple greens")).toMatchObject({ count: 0, results: [], highlights: [], groups: {} });
    expect((await bob.search("_!?")).ids).toEqual([]);
  });

  it("names and topics of rooms, by their keys and types, and a topic by its text/plain representation as well", async () => {
    expect((await bob.search("lanterns")).results.map(({ result }) => result.type)).toEqual(["m.room.name"]);
    expect((await bob.search("lantern")).results.map(({ result }) => result.type)).toEqual(["m.room.topic"]);
    expect((await bob.search("lantern", { keys: ["content.body", "content.name"] })).ids).toEqual([]);
    expect((await bob.search("lantern", { filter: { types: ["m.room.t*"] } })).count).toBe(1);
    expect((await bob.search("lantern", { filter: { not_types: ["m.room.topic"] } })).count).toBe(0);
    const topic = {
      topic: "short",
      "m.topic": { "m.text": [{ body: "quite verbose" }, { body: "<b>hypertext</b>", mimetype: "text/html" }, "odd", null] },
    };
    const id = await alice.setState(nook, "m.room.topic", topic);
    expect((await bob.search("verbose short")).ids).toEqual([id]);
    expect((await bob.search("hypertext")).ids).toEqual([]);
    await alice.must("PUT", `/rooms/${nook}/send/m.room.name/not-state`, { name: "stateless" });
    expect((await bob.search("stateless")).ids).toEqual([]);
  });

  it("a part of a text in a script without spaces", async () => {
    const id = await bob.say(nook, "今日は天気がいいcafé");
    for (const term of ["天", "天気", "今日は天気がいい", "いい", "CAFE"]) expect((await bob.search(term)).ids, term).toEqual([id]);
    // Each pair of letters is there, but not one after the other.
    await bob.say(nook, "天気と気がい");
    expect((await bob.search("天気がい")).ids).toEqual([id]);
    expect((await bob.search("いい気")).ids).toEqual([]);
    expect((await bob.search("天気 いい")).highlights).toEqual(["天気", "いい"]);
  });

  it("an edited message by its own text, and the edit by its new one, each as everywhere else", async () => {
    const id = await bob.say(nook, "a tpyo");
    const replaces = { "m.new_content": { msgtype: "m.text", body: "a typo" }, "m.relates_to": { rel_type: "m.replace", event_id: id } };
    const edit = await bob.say(nook, "* a typo", replaces);
    const found = await bob.search("tpyo");
    expect(found.ids).toEqual([id]);
    expect(found.results[0]?.result.unsigned).toMatchObject({ "m.relations": { "m.replace": { event_id: edit } } });
    expect((await bob.search("typo")).ids).toEqual([edit]);
  });

  it("nothing that was redacted", async () => {
    const [gone, kept] = [await bob.say(nook, "secretive words"), await bob.say(nook, "other secretive words")];
    expect((await alice.search("secretive")).count).toBe(2);
    await bob.redact(nook, gone);
    expect(await alice.search("secretive")).toMatchObject({ count: 1, ids: [kept] });
    expect(await alice.search("secretive", { event_context: {} })).toMatchObject({ ids: [kept] });
  });

  it("nothing of rooms that are encrypted", async () => {
    const room = await server.createRoom(users.alice, {});
    await alice.say(room, "plainly spoken");
    expect((await alice.search("plainly")).count).toBe(1);
    await alice.setState(room, "m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
    expect(await alice.search("plainly")).toMatchObject({ count: 0, results: [] });
  });
});

describe("who searches sees", () => {
  it("what was said while they were in, and nothing of rooms that they never were in or have forgotten", async () => {
    const room = await server.createRoom(users.alice, {
      initial_state: [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }],
    });
    await alice.say(room, "whisper before");
    expect((await bob.search("whisper")).count).toBe(0);
    await bob.join(room);
    const heard = await alice.say(room, "whisper while");
    expect(await bob.search("whisper")).toMatchObject({ count: 1, ids: [heard] });
    await bob.must("POST", `/rooms/${room}/leave`, {});
    await alice.say(room, "whisper after");
    expect(await bob.search("whisper")).toMatchObject({ count: 1, ids: [heard] });
    expect((await alice.search("whisper")).count).toBe(3);
    await bob.must("POST", `/rooms/${room}/forget`, {});
    expect(await bob.search("whisper")).toMatchObject({ count: 0, ids: [] });
  });

  it("nothing that came after they left a room, though anybody may read it, and nothing of such a room that they forgot", async () => {
    const room = await server.createRoom(users.alice, {
      initial_state: [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "world_readable" } }],
    });
    const early = await alice.say(room, "beacon early");
    expect((await bob.search("beacon")).ids).toEqual([]);
    await bob.join(room);
    await bob.must("POST", `/rooms/${room}/leave`, {});
    await alice.say(room, "beacon late");
    const found = await bob.search("beacon", { event_context: { after_limit: 20 } });
    expect([found.count, found.ids]).toEqual([1, [early]]);
    expect(JSON.stringify(found)).not.toContain("late");
    await bob.must("POST", `/rooms/${room}/forget`, {});
    expect((await bob.search("beacon")).ids).toEqual([]);
  });

  it("their own words, whomever they ignore", async () => {
    const id = await alice.say(hall, "soliloquy");
    const ignore = (ignored_users: object): Promise<unknown> =>
      alice.must("PUT", `/user/${users.alice.userId}/account_data/m.ignored_user_list`, { ignored_users });
    await ignore({ [users.alice.userId]: {} });
    expect((await alice.search("soliloquy")).ids).toEqual([id]);
    await ignore({});
  });

  it("nothing from those whom they ignore, around results neither", async () => {
    const [before, id] = [await bob.say(hall, "murmur one"), await alice.say(hall, "murmur two")];
    await alice.must("PUT", `/user/${users.alice.userId}/account_data/m.ignored_user_list`, { ignored_users: { [users.bob.userId]: {} } });
    const found = await alice.search("murmur", { event_context: { before_limit: 1 } });
    expect(found.ids).toEqual([id]);
    expect(found.results[0]?.context?.events_before).toEqual([]);
    await alice.must("PUT", `/user/${users.alice.userId}/account_data/m.ignored_user_list`, { ignored_users: {} });
    expect((await alice.search("murmur", recent)).ids).toEqual([id, before]);
  });

  it("nothing from those who have erased their accounts", async () => {
    const carol = new Searcher(server, await server.register("carol"));
    await carol.join(hall);
    await carol.say(hall, "ephemeral remark");
    expect((await bob.search("ephemeral")).count).toBe(1);
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: "carol" }, password: "secret" };
    await carol.must("POST", "/account/deactivate", { auth, erase: true });
    await expect.poll(async () => (await bob.search("ephemeral")).count).toBe(0);
  });
});

describe("an answer", () => {
  it("has the best first, and by default so: many of the words, and few others", async () => {
    const long = await bob.say(hall, `kettle ${"and many other words of all kinds ".repeat(4)}`);
    const twice = await bob.say(hall, "kettle, kettle");
    const once = await bob.say(hall, "a kettle");
    const found = await bob.search("kettle");
    expect(found.ids).toEqual([twice, once, long]);
    const ranks = found.results.map(({ rank }) => rank);
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
    expect(new Set(ranks).size).toBe(3);
    expect((await bob.search("kettle", recent)).ids).toEqual([once, twice, long]);
  });

  it("lists the words as they are written", async () => {
    await bob.say(hall, "Naïve SOUPÇON, naive");
    expect((await bob.search("naive soupcon")).highlights).toEqual(["naïve", "soupçon", "naive"]);
  });

  it("is filtered by rooms, senders and links", async () => {
    const one = await alice.say(hall, "marble");
    const two = await bob.say(nook, "marble");
    const image = await bob.say(nook, "marble", { msgtype: "m.image", url: "mxc://localhost/marble" });
    const ids = async (filter: object): Promise<readonly string[]> => (await bob.search("marble", { ...recent, filter })).ids;
    expect(await ids({})).toEqual([image, two, one]);
    expect(await ids({ rooms: [nook, "!nowhere:localhost"] })).toEqual([image, two]);
    expect(await ids({ not_rooms: [nook] })).toEqual([one]);
    expect(await ids({ senders: [users.alice.userId] })).toEqual([one]);
    expect(await ids({ senders: ["@nobody:localhost"] })).toEqual([]);
    expect(await ids({ not_senders: [users.alice.userId] })).toEqual([image, two]);
    expect(await ids({ contains_url: true })).toEqual([image]);
    expect(await ids({ contains_url: false })).toEqual([two, one]);
    expect(await ids({ limit: 1 })).toEqual([image]);
  });

  it("tells what happened around, and what the senders were called", async () => {
    await bob.must("PUT", `/profile/${users.bob.userId}/displayname`, { displayname: "Bob" });
    await expect
      .poll(async () => (await bob.must("GET", `/rooms/${nook}/state/m.room.member/${users.bob.userId}`))["displayname"])
      .toBe("Bob");
    const ids: string[] = [];
    for (const body of ["first", "second", "third", "pebble", "fourth", "fifth"]) ids.push(await bob.say(nook, body));
    const [result] = (await bob.search("pebble", { event_context: { before_limit: 2, after_limit: 1, include_profile: true } })).results;
    expect(result?.context?.events_before.map((event) => event.event_id)).toEqual([ids[2], ids[1]]);
    expect(result?.context?.events_after.map((event) => event.event_id)).toEqual([ids[4]]);
    expect(result?.context?.profile_info).toEqual({ [users.bob.userId]: { displayname: "Bob" } });
    const older = await bob.must("GET", `/rooms/${nook}/messages?dir=b&limit=1&from=${result?.context?.start ?? ""}`);
    expect(older["chunk"]?.[0 as never]).toMatchObject({ event_id: ids[0] });
    const newer = await bob.must("GET", `/rooms/${nook}/messages?dir=f&limit=1&from=${result?.context?.end ?? ""}`);
    expect(newer["chunk"]?.[0 as never]).toMatchObject({ event_id: ids[5] });
    const [usual] = (await bob.search("pebble", { event_context: {} })).results;
    expect([usual?.context?.events_before.length, usual?.context?.events_after.length]).toEqual([5, 2]);
    expect(usual?.context).not.toHaveProperty("profile_info");
    expect((await bob.search("pebble")).results[0]).not.toHaveProperty("context");
  });

  it("brings the state of the rooms of its results where that is asked for", async () => {
    await bob.say(nook, "state of things");
    const { state = {} } = await bob.search("things", { include_state: true });
    expect(Object.keys(state)).toEqual([nook]);
    expect(state[nook]?.map(({ type }) => type)).toContain("m.room.create");
    expect(await bob.search("things")).not.toHaveProperty("state");
  });

  it("is paged by tokens that hold for the same search alone, the best first or the newest, as they were at first", async () => {
    const sent: string[] = [];
    for (let i = 0; i < 7; i++) sent.push(await (i % 2 === 0 ? alice : bob).say(i < 4 ? hall : nook, `ribbon ${"x ".repeat(i)}`));
    for (const order_by of ["recent", "rank"]) {
      const criteria = { order_by, filter: { limit: 3 } };
      const first = await bob.search("ribbon", criteria);
      const late = await bob.say(nook, "ribbon late");
      const second = await bob.search("ribbon", criteria, first.next_batch);
      const third = await bob.search("ribbon", criteria, second.next_batch);
      const all = order_by === "recent" ? sent.toReversed() : sent;
      expect([...first.ids, ...second.ids, ...third.ids]).toEqual(all);
      expect([first.count, second.count, third.count, third.next_batch]).toEqual([7, 7, 7, undefined]);
      const body = { search_categories: { room_events: { search_term: "ribbons", ...criteria } } };
      expect(await bob.refusal(body, first.next_batch)).toEqual([400, "M_INVALID_PARAM"]);
      const same = { search_categories: { room_events: { search_term: "ribbon", ...criteria } } };
      expect(await alice.refusal(same, first.next_batch)).toEqual([400, "M_INVALID_PARAM"]);
      await bob.redact(nook, late);
    }
  });

  it("has a token on every full page, though nothing comes after it: clients go on until a page is not full", async () => {
    const sent: string[] = [];
    for (let i = 0; i < 4; i++) sent.push(await alice.say(hall, `garland ${"x ".repeat(i)}`));
    for (const order_by of ["recent", "rank"]) {
      const criteria = { order_by, filter: { limit: 2 } };
      const first = await bob.search("garland", criteria);
      const second = await bob.search("garland", criteria, first.next_batch);
      expect([...first.ids, ...second.ids]).toEqual(order_by === "recent" ? sent.toReversed() : sent);
      const third = await bob.search("garland", criteria, second.next_batch);
      expect([third.count, third.ids, third.next_batch]).toEqual([4, [], undefined]);
    }
  });

  it("is grouped by room and sender, each with its own pages", async () => {
    const sent: string[] = [];
    for (let i = 0; i < 6; i++) sent.push(await (i % 3 === 0 ? alice : bob).say(i % 2 === 0 ? hall : nook, "thimble"));
    const criteria = { ...recent, filter: { limit: 3 }, groupings: { group_by: [{ key: "room_id" }, { key: "sender" }, { key: "x" }] } };
    const { groups, ids } = await bob.search("thimble", criteria);
    expect(ids).toEqual([sent[5], sent[4], sent[3]]);
    expect(Object.keys(groups)).toEqual(["room_id", "sender"]);
    expect(groups["room_id"]?.[nook]).toMatchObject({ order: 0, results: [sent[5], sent[3]] });
    expect(groups["room_id"]?.[hall]).toMatchObject({ order: 1, results: [sent[4]] });
    expect(groups["sender"]?.[users.alice.userId]).toMatchObject({ order: 1, results: [sent[3]] });
    const more = await bob.search("thimble", criteria, groups["room_id"]?.[hall]?.next_batch);
    expect(more.ids).toEqual([sent[2], sent[0]]);
    expect(more.groups["room_id"]?.[hall]).not.toHaveProperty("next_batch");
    const byAlice = await bob.search("thimble", criteria, groups["sender"]?.[users.alice.userId]?.next_batch);
    expect([byAlice.ids, byAlice.next_batch]).toEqual([[sent[0]], undefined]);
  });
});

it("is refused where it is no search, and answers nothing where nothing is asked for", async () => {
  const ask = (body: unknown, token?: string): Promise<[number, string]> => bob.refusal(body, token);
  expect(await ask({})).toEqual([400, "M_BAD_JSON"]);
  expect(await ask({ search_categories: { room_events: {} } })).toEqual([400, "M_BAD_JSON"]);
  expect(await ask({ search_categories: { room_events: { search_term: 5 } } })).toEqual([400, "M_BAD_JSON"]);
  const search = { search_categories: { room_events: { search_term: "apple" } } };
  for (const token of ["", "x", "W10", Buffer.from("[1]").toString("base64url")])
    expect(await ask(search, token), token).toEqual([400, "M_INVALID_PARAM"]);
  expect((await bob.must("POST", "/search", { search_categories: {} }))["search_categories"]).toEqual({});
});
