// What relates to an event, as clients read it: pages of it, and what is bundled with events.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { type EventPage, ignore, related, type RelatedEvent, RelatedRoom } from "./related-room.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let room: RelatedRoom;
beforeAll(async () => {
  server = await testHomeserver();
  alice = await server.register("alice");
  bob = await server.register("bob");
});
beforeEach(async () => {
  room = await RelatedRoom.of(server, [alice, bob]);
});
afterAll(() => server[Symbol.asyncDispose]());

describe("the events that relate to one", () => {
  it("are listed newest first, of all types, of one, and of one type of events", async () => {
    const root = await room.say(alice, "root");
    const reply = await room.reply(bob, root, "reply");
    const yes = await room.react(bob, root, "yes");
    const vote = await room.send(bob, related("m.annotation", root, { key: "yes" }), "org.example.vote");
    const edit = await room.edit(alice, root, "new");
    await room.say(bob, "unrelated");
    await room.reply(bob, await room.say(bob, "other"), "to another");
    expect(await room.related(alice, root)).toEqual([edit, vote, yes, reply]);
    expect(await room.related(alice, root, "?dir=f")).toEqual([reply, yes, vote, edit]);
    expect(await room.related(alice, root, "/m.annotation")).toEqual([vote, yes]);
    expect(await room.related(alice, root, "/m.annotation?dir=f")).toEqual([yes, vote]);
    expect(await room.related(alice, root, "/m.annotation/m.reaction")).toEqual([yes]);
    for (const none of ["/m.annotation/m.room.message", "/m.reference", "/m.thread/org.example.never"])
      expect(await room.get(alice, `/relations/${encodeURIComponent(root)}${none}`)).toEqual({ chunk: [] });
    expect(await room.related(alice, reply)).toEqual([]);
  });

  it("are whole events with the room's ID and what is bundled with them, for whoever sent them with the transaction ID", async () => {
    const root = await room.say(alice, "root");
    const reply = await room.reply(bob, root, "reply");
    const edit = await room.edit(bob, reply, "new");
    const [event] = (await room.get(bob, `/relations/${encodeURIComponent(root)}/m.thread`)).chunk;
    expect(event).toMatchObject({ event_id: reply, room_id: room.roomId, unsigned: { transaction_id: expect.any(String) as string } });
    expect(event?.unsigned?.["m.relations"]?.["m.replace"]).toMatchObject({
      event_id: edit,
      content: { "m.new_content": { body: "new" } },
    });
  });

  it("are those of encrypted events by what their clear text says", async () => {
    const root = await room.send(alice, { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "x" }, "m.room.encrypted");
    const content = { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "y", ...related("m.thread", root) };
    const reply = await room.send(bob, content, "m.room.encrypted");
    expect(await room.related(alice, root, "/m.thread/m.room.encrypted")).toEqual([reply]);
    expect(await room.related(alice, root, "/m.thread/m.room.message")).toEqual([]);
  });

  it("come in pages, by tokens of their own, of /messages and of /sync", async () => {
    const root = await room.say(alice, "root");
    const replies: string[] = [];
    const tokens: { readonly sync: string; readonly messages: string }[] = [];
    for (let i = 0; i < 7; i++) {
      replies.push(await room.reply(bob, root, `${i}`));
      await room.say(bob, "unrelated");
      const { body } = await server.requestAs<{ next_batch: string }>(alice, "GET", "/sync");
      const page = await room.get(alice, "/messages?dir=b&limit=1", "v3");
      tokens.push({ sync: body.next_batch, messages: page.start ?? "" });
    }
    for (const dir of ["b", "f"]) {
      const seen: string[] = [];
      const pages: EventPage[] = [];
      for (let from = ""; ;) {
        const page: EventPage = await room.get(alice, `/relations/${encodeURIComponent(root)}/m.thread?dir=${dir}&limit=3${from}`);
        seen.push(...page.chunk.map(({ event_id: id }) => id));
        pages.push(page);
        if (page.next_batch === undefined) break;
        from = `&from=${page.next_batch}`;
      }
      expect(seen).toEqual(dir === "b" ? replies.toReversed() : replies);
      expect(pages.map(({ chunk }) => chunk.length)).toEqual([3, 3, 1]);
      expect(pages.map(({ prev_batch: prev }) => prev)).toEqual([undefined, pages[0]?.next_batch, pages[1]?.next_batch]);
    }
    for (const kind of ["sync", "messages"] as const) {
      const [early, late] = [tokens[1]?.[kind] ?? "", tokens[4]?.[kind] ?? ""];
      expect(await room.related(alice, root, `?from=${late}`)).toEqual(replies.slice(0, 5).toReversed());
      expect(await room.related(alice, root, `?from=${late}&to=${early}`)).toEqual(replies.slice(2, 5).toReversed());
      expect(await room.related(alice, root, `?from=${early}&to=${late}`)).toEqual([]);
      expect(await room.related(alice, root, `?dir=f&from=${early}&to=${late}`)).toEqual(replies.slice(2, 5));
    }
  });

  it("are those of three levels, where that is asked for, each by way of events that pass the filter", async () => {
    const root = await room.say(alice, "root");
    const reply = await room.reply(bob, root, "reply");
    const edit = await room.edit(bob, reply, "new");
    const reaction = await room.react(alice, edit, "yes");
    const deeper = await room.refer(bob, reaction);
    const read = (rest: string): Promise<EventPage> => room.get(alice, `/relations/${encodeURIComponent(root)}${rest}`);
    const ids = ({ chunk }: EventPage): string[] => chunk.map(({ event_id: id }) => id);
    const all = await read("?recurse=true");
    expect([ids(all), all.recursion_depth]).toEqual([[reaction, edit, reply], 3]);
    expect(ids(await read("?recurse=true&dir=f&limit=2"))).toEqual([reply, edit]);
    expect(ids(await read("/m.thread?recurse=true"))).toEqual([reply]);
    expect(ids(await read("/m.replace?recurse=true"))).toEqual([]);
    const direct = await read("?recurse=false");
    expect([ids(direct), direct.recursion_depth]).toEqual([[reply], 1]);
    expect(await read("")).not.toHaveProperty("recursion_depth");
    expect(await room.related(alice, edit, "?recurse=true")).toEqual([deeper, reaction]);
    const first = await read("?recurse=true&limit=2");
    expect([ids(first), ids(await read(`?recurse=true&from=${first.next_batch ?? ""}`))]).toEqual([[reaction, edit], [reply]]);
  });

  it("are none of users who are ignored, and none that were redacted; those of a redacted event stay", async () => {
    const carol = await server.register("carol");
    await room.join(carol);
    const root = await room.say(alice, "root");
    const reply = await room.reply(bob, root, "reply");
    const gone = await room.reply(carol, root, "gone");
    await room.redact(carol, gone);
    expect(await room.related(alice, root)).toEqual([reply]);
    const other = await room.reply(carol, root, "other");
    await ignore(server, alice, [bob]);
    expect(await room.related(alice, root)).toEqual([other]);
    await ignore(server, alice, []);
    await room.redact(alice, root);
    expect(await room.related(bob, root)).toEqual([other, reply]);
    expect((await room.bundle(bob, root))?.["m.thread"]).toMatchObject({ count: 2 });
  });

  it("are those that the asker may see, and an event that they may not see is not found", async () => {
    const history = [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }];
    room = await RelatedRoom.of(server, [alice], { initial_state: history });
    const hidden = await room.say(alice, "hidden");
    await room.reply(alice, hidden, "hidden too");
    await room.join(bob);
    const root = await room.say(alice, "root");
    const reply = await room.reply(alice, root, "reply");
    await server.requestAs(bob, "POST", `/rooms/${room.roomId}/leave`, {});
    await room.reply(alice, root, "after bob has left");
    await room.join(bob);
    const last = await room.reply(alice, root, "bob is back");
    expect(await room.related(bob, root)).toEqual([last, reply]);
    expect((await room.bundle(bob, root))?.["m.thread"]).toMatchObject({ count: 2, latest_event: { event_id: last } });
    expect((await room.bundle(alice, root))?.["m.thread"]).toMatchObject({ count: 3 });
    const stranger = await server.register(
      `stranger${room.roomId
        .slice(1, 6)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, "")}`,
    );
    const elsewhere = await RelatedRoom.of(server, [bob]);
    for (const [user, path] of [
      [bob, `/relations/${encodeURIComponent(hidden)}`],
      [bob, `/relations/${encodeURIComponent(await elsewhere.say(bob, "in another room"))}`],
      [bob, "/relations/%24none"],
      [stranger, `/relations/${encodeURIComponent(root)}/m.thread`],
    ] as const) {
      const { status, body } = await room.read(user, path);
      expect([status, body.errcode]).toEqual([404, "M_NOT_FOUND"]);
    }
  });

  it("are refused where the request is malformed", async () => {
    const root = await room.say(alice, "root");
    for (const query of ["limit=0", "limit=-1", "limit=x", "from=q", "from=elsewhere", "to=qzzzzzzzz", "dir=x", "recurse=x"]) {
      const { status, body } = await room.read(alice, `/relations/${encodeURIComponent(root)}?${query}`);
      expect([query, status, body.errcode]).toEqual([query, 400, "M_INVALID_PARAM"]);
    }
  });

  it("are those of the same room only", async () => {
    const elsewhere = await RelatedRoom.of(server, [bob]);
    const root = await room.say(alice, "root");
    await elsewhere.reply(bob, root, "from another room");
    expect(await room.related(alice, root)).toEqual([]);
    expect(await room.bundle(alice, root)).toBeUndefined();
  });
});

describe("what is bundled with an event", () => {
  const paths: readonly [string, (root: string) => Promise<RelatedEvent | undefined>][] = [
    ["/event", (root) => room.get<RelatedEvent>(alice, `/event/${encodeURIComponent(root)}`, "v3")],
    ["/messages", async (root) => (await room.messages(alice)).find(({ event_id: id }) => id === root)],
    ["/context", async (root) => (await room.get<{ event: RelatedEvent }>(alice, `/context/${encodeURIComponent(root)}`, "v3")).event],
    [
      "a first sync",
      async (root) => {
        const filter = JSON.stringify({ room: { rooms: [room.roomId], timeline: { limit: 100 } } });
        const { body } = await server.requestAs<Synced>(alice, "GET", `/sync?filter=${encodeURIComponent(filter)}`);
        return body.rooms.join[room.roomId]?.timeline.events.find(({ event_id: id }) => id === root);
      },
    ],
    ["/threads", async (root) => (await room.get(alice, "/threads")).chunk.find(({ event_id: id }) => id === root)],
  ];

  it.each(paths)("is the latest edit, the thread and the references, by %s", async (_, read) => {
    const root = await room.say(alice, "root");
    await room.edit(alice, root, "newer");
    const latest = await room.edit(alice, root, "newest");
    await room.reply(bob, root, "first");
    const reply = await room.reply(bob, root, "last");
    const replyEdit = await room.edit(bob, reply, "edited");
    const references = [await room.refer(bob, root), await room.refer(alice, root)];
    await room.react(bob, root, "yes");
    const event = await read(root);
    expect(event?.content).toEqual({ msgtype: "m.text", body: "root" });
    const relations = event?.unsigned?.["m.relations"];
    expect(Object.keys(relations ?? {}).toSorted()).toEqual(["m.reference", "m.replace", "m.thread"]);
    expect(relations?.["m.replace"]).toMatchObject({
      event_id: latest,
      sender: alice.userId,
      unsigned: { age: expect.any(Number) as number },
    });
    expect(relations?.["m.reference"]).toEqual({ chunk: references.map((id) => ({ event_id: id })) });
    const thread = relations?.["m.thread"];
    expect(thread).toMatchObject({ count: 2, current_user_participated: true, latest_event: { event_id: reply } });
    expect(thread?.latest_event.unsigned?.["m.relations"]?.["m.replace"]).toMatchObject({ event_id: replyEdit });
    expect([relations?.["m.replace"]?.room_id, thread?.latest_event.room_id]).toEqual([event?.room_id, event?.room_id]);
  });

  it("comes with a sync that leaves a gap, and not where the client gets the events themselves", async () => {
    const { body } = await server.requestAs<Synced>(alice, "GET", "/sync");
    const root = await room.say(alice, "root");
    await room.reply(bob, root, "reply");
    const read = async (limit: number): Promise<RelatedEvent | undefined> => {
      const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit } } }));
      const answer = await server.requestAs<Synced>(alice, "GET", `/sync?since=${body.next_batch}&filter=${filter}`);
      return answer.body.rooms.join[room.roomId]?.timeline.events.find(({ event_id: id }) => id === root);
    };
    expect((await read(10))?.unsigned).not.toHaveProperty("m.relations");
    await room.say(bob, "more");
    for (let i = 0; i < 3; i++) await room.say(bob, "more");
    const rootAgain = await room.say(alice, "root again");
    await room.reply(bob, rootAgain, "reply");
    const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 2 } } }));
    const gap = await server.requestAs<Synced>(alice, "GET", `/sync?since=${body.next_batch}&filter=${filter}`);
    const timeline = gap.body.rooms.join[room.roomId]?.timeline;
    expect(timeline?.limited).toBe(true);
    expect(timeline?.events[0]?.unsigned?.["m.relations"]?.["m.thread"]).toMatchObject({ count: 1 });
  });

  it.each([
    ["of another sender", (root: string) => room.edit(bob, root, "by bob")],
    ["of another type", (root: string) => room.send(alice, { "m.new_content": {}, ...related("m.replace", root) }, "org.example")],
    ["without new content", (root: string) => room.send(alice, { body: "x", ...related("m.replace", root) })],
    ["with new content that is none", (root: string) => room.send(alice, { "m.new_content": "x", ...related("m.replace", root) })],
  ])("is no edit %s, which does not hide a valid one", async (_, send) => {
    const root = await room.say(alice, "root");
    await send(root);
    expect(await room.bundle(alice, root)).toBeUndefined();
    const valid = await room.edit(alice, root, "valid");
    await send(root);
    expect((await room.bundle(alice, root))?.["m.replace"]?.event_id).toBe(valid);
  });

  it("is no edit of an edit, none of a state event, and none of an event that was redacted", async () => {
    const root = await room.say(alice, "root");
    const edit = await room.edit(alice, root, "new");
    await room.edit(alice, edit, "newer");
    expect(await room.bundle(alice, edit)).toBeUndefined();
    const path = `/rooms/${room.roomId}/state/m.room.topic/`;
    const { body } = await server.requestAs<{ event_id: string }>(alice, "PUT", path, { topic: "x" });
    await room.send(alice, { "m.new_content": { topic: "y" }, ...related("m.replace", body.event_id) }, "m.room.topic");
    await room.refer(bob, body.event_id);
    expect(await room.bundle(alice, body.event_id)).toBeUndefined();
    await room.refer(bob, root);
    await room.redact(alice, root);
    expect(Object.keys((await room.bundle(alice, root)) ?? {})).toEqual(["m.reference"]);
  });

  it("is the edit before, once the latest is redacted, and nothing once there is none", async () => {
    const root = await room.say(alice, "root");
    const [first, second] = [await room.edit(alice, root, "1"), await room.edit(alice, root, "2")];
    expect((await room.bundle(bob, root))?.["m.replace"]?.event_id).toBe(second);
    await room.redact(alice, second);
    expect((await room.bundle(bob, root))?.["m.replace"]?.event_id).toBe(first);
    await room.redact(alice, first);
    expect(await room.bundle(bob, root)).toBeUndefined();
  });

  it("is the edit of an encrypted event, whose new content nobody here sees", async () => {
    const encrypted = { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "x" };
    const root = await room.send(alice, encrypted, "m.room.encrypted");
    const edit = await room.send(alice, { ...encrypted, ...related("m.replace", root) }, "m.room.encrypted");
    expect((await room.bundle(bob, root))?.["m.replace"]?.event_id).toBe(edit);
  });

  it("tells of a thread whether the user took part, and leaves out whom the user ignores", async () => {
    const carol = await server.register(`carol${Date.now()}`);
    await room.join(carol);
    const root = await room.say(alice, "root");
    const first = await room.reply(bob, root, "bob");
    const last = await room.reply(alice, root, "alice");
    const participated = async (user: TestUser): Promise<unknown> =>
      (await room.bundle(user, root))?.["m.thread"]?.current_user_participated;
    expect([await participated(alice), await participated(bob), await participated(carol)]).toEqual([true, true, false]);
    await ignore(server, carol, [alice]);
    expect((await room.bundle(carol, root))?.["m.thread"]).toMatchObject({ count: 1, latest_event: { event_id: first } });
    await ignore(server, carol, [alice, bob]);
    expect(await room.bundle(carol, root)).toBeUndefined();
    await ignore(server, carol, []);
    expect((await room.bundle(carol, root))?.["m.thread"]).toMatchObject({ count: 2, latest_event: { event_id: last } });
    await room.redact(alice, last);
    expect((await room.bundle(carol, root))?.["m.thread"]).toMatchObject({ count: 1, latest_event: { event_id: first } });
  });

  it("is up to where the user left the room", async () => {
    const root = await room.say(alice, "root");
    const first = await room.reply(alice, root, "seen");
    await server.requestAs(bob, "POST", `/rooms/${room.roomId}/leave`, {});
    await room.reply(alice, root, "not seen");
    await room.edit(alice, root, "not seen");
    expect(await room.bundle(bob, root)).toMatchObject({ "m.thread": { count: 1, latest_event: { event_id: first } } });
    expect(JSON.stringify(await room.messages(bob))).not.toContain("not seen");
    expect((await room.get(bob, "/threads")).chunk.map(({ event_id: id }) => id)).toEqual([root]);
  });
});

interface Synced {
  readonly next_batch: string;
  readonly rooms: {
    readonly join: Readonly<Record<string, { readonly timeline: { readonly events: readonly RelatedEvent[]; readonly limited: boolean } }>>;
  };
}

describe("the threads of a room", () => {
  it("are listed by their newest events, in pages, all of them or those of the user", async () => {
    const roots: string[] = [];
    for (let i = 0; i < 5; i++) roots.push(await room.say(i === 4 ? bob : alice, `${i}`));
    for (const root of roots) await room.reply(alice, root, "a reply");
    const ids = async (user: TestUser, rest = ""): Promise<string[]> =>
      (await room.get(user, `/threads${rest}`)).chunk.map(({ event_id: id }) => id);
    expect(await ids(bob)).toEqual(roots.toReversed());
    const again = await room.reply(bob, roots[1] ?? "", "again");
    const order = [1, 4, 3, 2, 0].map((i) => roots[i]);
    expect(await ids(bob, "?include=all")).toEqual(order);
    expect(await ids(bob, "?include=participated")).toEqual([roots[1], roots[4]]);
    const seen: string[] = [];
    for (let from = ""; ;) {
      const page = await room.get(bob, `/threads?limit=2${from}`);
      seen.push(...page.chunk.map(({ event_id: id }) => id));
      if (page.next_batch === undefined) break;
      from = `&from=${page.next_batch}`;
    }
    expect(seen).toEqual(order);
    await room.redact(bob, again);
    expect(await ids(bob)).toEqual(roots.toReversed());
    expect(await ids(bob, "?include=participated&limit=1")).toEqual([roots[4]]);
  });

  it("are at most as many in a page as the limit on it says", async () => {
    const most = limits.threadsPage.value;
    for (let i = 0; i <= most; i++) await room.reply(bob, await room.say(alice, `${i}`), "reply");
    const page = await room.get(alice, "/threads?limit=1000");
    expect([page.chunk.length, page.next_batch !== undefined]).toEqual([most, true]);
    expect((await room.get(alice, `/threads?from=${page.next_batch ?? ""}`)).chunk).toMatchObject([{ content: { body: "0" } }]);
  });

  it("are gone once every event in them is redacted, and show a redacted root", async () => {
    const [first, second] = [await room.say(alice, "1"), await room.say(alice, "2")];
    const reply = await room.reply(bob, first, "reply");
    await room.reply(bob, second, "reply");
    await room.redact(bob, reply);
    await room.redact(alice, second);
    const { chunk } = await room.get(bob, "/threads");
    expect(chunk).toMatchObject([{ event_id: second, content: {}, unsigned: { "m.relations": { "m.thread": { count: 1 } } } }]);
    expect(chunk[0]?.unsigned).toHaveProperty("redacted_because");
  });

  it("show a root of a user who is ignored without what it says", async () => {
    const root = await room.say(bob, "said by bob");
    await room.edit(bob, root, "said by bob too");
    await room.reply(alice, root, "reply");
    await ignore(server, alice, [bob]);
    const [thread] = (await room.get(alice, "/threads")).chunk;
    await ignore(server, alice, []);
    expect(thread).toMatchObject({ event_id: root, content: {}, unsigned: { "m.relations": { "m.thread": { count: 1 } } } });
    expect(JSON.stringify(thread)).not.toContain("said by bob");
  });

  it("are refused to who may not read the room, and where the request is malformed", async () => {
    const stranger = await server.register(`outsider${Date.now()}`);
    const answer = await room.read(stranger, "/threads");
    expect([answer.status, answer.body.errcode]).toEqual([403, "M_FORBIDDEN"]);
    for (const query of ["from=none", "limit=0"]) {
      const { status, body } = await room.read(alice, `/threads?${query}`);
      expect([query, status, body.errcode]).toEqual([query, 400, "M_INVALID_PARAM"]);
    }
  });
});

describe("an event that relates to another", () => {
  it("is refused as a second annotation of the same, also of two at once, until the first is redacted", async () => {
    const root = await room.say(alice, "root");
    const react = (user: TestUser, key: string, type = "m.reaction") => room.try(user, related("m.annotation", root, { key }), type);
    const first = await room.react(bob, root, "yes");
    const { status, body } = await react(bob, "yes");
    expect([status, body.errcode]).toEqual([400, "M_DUPLICATE_ANNOTATION"]);
    for (const other of [react(bob, "no"), react(alice, "yes"), react(bob, "yes", "org.example.vote")])
      expect((await other).status).toBe(200);
    await room.redact(bob, first);
    const both = await Promise.all([react(bob, "yes"), react(bob, "yes")]);
    expect(new Set(both.map((answer) => answer.status))).toEqual(new Set([200, 400]));
  });

  it("is the same event again under the same transaction ID", async () => {
    const root = await room.say(alice, "root");
    const path = `/rooms/${room.roomId}/send/m.reaction/same`;
    const content = related("m.annotation", root, { key: "yes" });
    const [one, two] = [await server.requestAs(bob, "PUT", path, content), await server.requestAs(bob, "PUT", path, content)];
    expect([one.status, two.status, two.body]).toEqual([200, 200, one.body]);
  });

  it.each(["m.thread", "m.annotation", "m.replace", "org.example"])("is no root of a thread if it does so by %s", async (relType) => {
    const root = await room.say(alice, "root");
    const child = await room.send(alice, { body: "x", ...related(relType, root, { key: "x" }) });
    const { status, body } = await room.try(bob, { body: "nested", ...related("m.thread", child) });
    expect([status, body.errcode]).toEqual([400, "M_UNKNOWN"]);
    expect((await room.try(bob, { body: "x", ...related("m.reference", child) })).status).toBe(200);
  });

  it("can be in a thread that starts from a reply, and relate to what is not known", async () => {
    const root = await room.say(alice, "root");
    const reply = await room.send(alice, { body: "x", "m.relates_to": { "m.in_reply_to": { event_id: root } } });
    expect((await room.try(bob, { body: "x", ...related("m.thread", reply) })).status).toBe(200);
    expect((await room.try(bob, { body: "x", ...related("m.thread", "$unknown") })).status).toBe(200);
  });
});
