/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it } from "vitest";
import { type Client, createClient, defineEvent, type EventOf, memoryStore, type Room, type Session, silentLogger } from "@patrix/client";
import { sendMessage } from "@patrix/client-api";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";

const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };

async function logIn(server: LocalHomeserver, user: string, more: object = {}): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, clock, logger: silentLogger, ...more });
  if (!client.session.value) await client.login.password(user, `${user}-password`);
  return client;
}
async function next<T>(events: AsyncIterable<T>): Promise<T> {
  for await (const event of events) return event;
  throw new Error("the events ended");
}

describe("finding the server", () => {
  it("takes a URL as it is, and asks a server name's well-known document", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await createClient("example.org", { fetch: server.fetch });
    expect((await client.login.password("ann", "ann-password")).homeserver).toBe(server.url);
    const other = await createClient(`${server.url}/`, { fetch: server.fetch });
    expect(await other.login.password("@ann:example.org", "ann-password")).toMatchObject({
      userId: "@ann:example.org",
      homeserver: server.url,
    });
  });

  it("uses the name itself where there is no document, and refuses a broken one", async () => {
    await using server = await localHomeserver(["ann"]);
    server.intercept = (path) => (path.startsWith("/.well-known") ? new Response("", { status: 404 }) : undefined);
    await createClient("example.org", { fetch: server.fetch });
    server.intercept = (path) => (path.startsWith("/.well-known") ? new Response("<html>") : undefined);
    const retry = { limit: 0 };
    await expect(createClient("example.org", { fetch: server.fetch, retry })).rejects.toMatchObject({ code: "DISCOVERY_FAILED" });
    await expect(createClient("not a name", { fetch: server.fetch })).rejects.toMatchObject({ code: "DISCOVERY_FAILED" });
    await expect(createClient("ftp://x", { fetch: server.fetch })).rejects.toMatchObject({ code: "DISCOVERY_FAILED" });
  });
});

describe("sessions", () => {
  it("refuse a wrong password with the server's error", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await createClient("example.org", { fetch: server.fetch });
    await expect(client.login.password("ann", "x")).rejects.toMatchObject({ name: "MatrixError", errcode: "M_FORBIDDEN", status: 403 });
    expect(() => client.userId).toThrow("log in first");
    await expect(client.start()).rejects.toMatchObject({ code: "NOT_LOGGED_IN" });
  });

  it("are taken up from the store without asking the server", async () => {
    await using server = await localHomeserver(["ann"]);
    const store = memoryStore();
    const { session } = await logIn(server, "ann", { store });
    server.requests.length = 0;
    const again = await createClient("example.org", { fetch: server.fetch, store });
    expect([again.session.value, server.requests]).toEqual([session.value, []]);
    expect((await createClient("other.example.org", { fetch: server.fetch, store })).session.value).toBeUndefined();
  });

  it("register through User-Interactive Authentication", async () => {
    await using server = await localHomeserver();
    const client = await createClient("example.org", { fetch: server.fetch });
    expect(await client.register({ username: "new", password: "secret" })).toMatchObject({ userId: "@new:example.org" });
  });

  it("end on logging out, even if the server has forgotten them", async () => {
    await using server = await localHomeserver(["ann"]);
    const store = memoryStore();
    const client = await logIn(server, "ann", { store });
    await server.endSessions();
    await client.logout();
    expect([client.session.value, await store.get("session", "current")]).toEqual([undefined, undefined]);
  });

  it("refresh their token once, however many requests want it", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await logIn(server, "ann");
    const old = client.session.value?.accessToken;
    server.intercept = (_, init) => {
      const isOld = new Headers(init?.headers).get("authorization") === `Bearer ${old}`;
      return isOld ? Response.json({ errcode: "M_UNKNOWN_TOKEN", error: "expired", soft_logout: true }, { status: 401 }) : undefined;
    };
    await Promise.all(["1", "2", "3"].map((name) => client.profile.set({ displayname: name })));
    expect(server.requests.filter((line) => line.endsWith("/refresh")).length).toBe(1);
  });

  it("outlast a refresh that fails for the network, and lose no request by it", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await logIn(server, "ann");
    const { accessToken } = client.session.value!;
    const faults = [() => new Response("<html>", { status: 502 }), () => Promise.reject(new TypeError("connection reset"))];
    const unknown = { errcode: "M_UNKNOWN_TOKEN", error: "expired", soft_logout: true };
    server.intercept = (path, init) => {
      if (path.endsWith("/refresh")) return faults.shift()?.();
      return new Headers(init?.headers).get("authorization") === `Bearer ${accessToken}`
        ? Response.json(unknown, { status: 401 })
        : undefined;
    };
    // Not to be repeated by itself.
    await client.rooms.create({ name: "made once" });
    expect(faults).toEqual([]);
    expect(client.session.value?.accessToken).not.toBe(accessToken);
    server.intercept = (path) => Response.json(unknown, { status: path.endsWith("/refresh") ? 403 : 401 });
    await expect(client.rooms.create()).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    expect(client.session.value).toBeUndefined();
  });

  it("are those of a token from elsewhere", async () => {
    await using server = await localHomeserver(["ann"]);
    const { accessToken } = (await logIn(server, "ann")).session.value as Session;
    const client = await createClient("example.org", { fetch: server.fetch });
    expect(await client.login.accessToken({ accessToken })).toMatchObject({ userId: "@ann:example.org", accessToken });
  });
});

describe("patience", () => {
  it("tries again after a rate limit, and after failures where that is safe", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await logIn(server, "ann");
    const answers = [
      Response.json({ errcode: "M_LIMIT_EXCEEDED" }, { status: 429, headers: { "retry-after": "2" } }),
      new Response("", { status: 503 }),
    ];
    server.intercept = () => answers.shift();
    expect((await client.rooms.create({ name: "n" }).catch((error: unknown) => error)) as object).toMatchObject({ status: 503 });
    answers.push(new Response("", { status: 503 }), new Response("", { status: 503 }));
    expect(await client.profile.get()).toMatchObject({});
    expect(answers).toEqual([]);
  });

  it("ends with the signal", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await logIn(server, "ann");
    const abort = new AbortController();
    server.intercept = () => new Promise(() => {});
    server.intercept = () => (abort.abort(new Error("enough")), undefined);
    await expect(client.media.download("mxc://example.org/1", abort)).rejects.toThrow("enough");
  });
});

describe("two clients in a room", () => {
  async function meet(server: LocalHomeserver): Promise<{ ann: Client; bob: Client; annRoom: Room; bobRoom: Room }> {
    const [ann, bob] = [await logIn(server, "ann"), await logIn(server, "bob")];
    await Promise.all([ann.start(), bob.start()]);
    const annRoom = await ann.rooms.create({ name: "tea", invite: [bob.userId] });
    const [bobRoom] = await bob.rooms.invites.until((list) => list.length > 0);
    if (!bobRoom) throw new Error("no invite");
    expect([bobRoom.name, bobRoom.inviter?.id, bobRoom.membership]).toEqual(["tea", ann.userId, "invite"]);
    await bobRoom.join();
    await bobRoom.info.until((room) => room.membership === "join");
    return { ann, bob, annRoom, bobRoom };
  }
  const end = (...clients: Client[]): Promise<unknown> => Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));

  it("talk, reply, react, edit and redact", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const { ann, bob, annRoom, bobRoom } = await meet(server);
    const messages = bob.events("m.room.message")[Symbol.asyncIterator]();
    const sent = await annRoom.send.text("hello", { mentions: [bob.userId] });
    const hello = (await messages.next()).value as EventOf<"m.room.message">;
    expect(hello).toMatchObject({ id: sent, text: "hello", mentionsMe: true, isOwn: false, type: "m.room.message" });
    expect([hello.sender.id, hello.room, hello.sender.powerLevel]).toEqual([ann.userId, bobRoom, Infinity]);
    expect([Object.isFrozen(hello), Object.isFrozen(hello.content), Object.isFrozen(hello.raw.content)]).toEqual([true, true, true]);

    const reply = await ann.rooms.get(annRoom.id)!.event(await hello.reply.markdown("**hi**\n"));
    expect(reply.raw.content).toEqual({
      msgtype: "m.text",
      body: "**hi**\n",
      format: "org.matrix.custom.html",
      formatted_body: "<strong>hi</strong>",
      "m.mentions": { user_ids: [ann.userId] },
      "m.relates_to": { "m.in_reply_to": { event_id: sent } },
    });
    const reaction = await annRoom.event(await hello.react("👍"));
    expect(reaction.is("m.reaction") && reaction.content["m.relates_to"]).toEqual({ rel_type: "m.annotation", event_id: sent, key: "👍" });
    // The homeserver does not list relations yet.
    server.intercept = (path) => (path.includes("/relations/") ? Response.json({ chunk: [reaction.raw] }) : undefined);
    const redaction = await annRoom.event(await hello.unreact("👍"));
    expect(redaction.raw.content["redacts"]).toBe(reaction.id);
    await expect(hello.unreact("👎")).rejects.toMatchObject({ code: "NOT_FOUND" });

    const own = await annRoom.event(sent);
    const edit = await annRoom.event(await own.edit.text("hello!"));
    expect([edit.isEdit, "text" in edit && edit.text, edit.raw.content["body"]]).toEqual([true, "hello!", "* hello!"]);
    const threaded = await annRoom.event(await own.thread.send.html("<i>in</i> thread"));
    expect(threaded.raw.content).toMatchObject({
      body: "in thread",
      "m.relates_to": { rel_type: "m.thread", event_id: sent, is_falling_back: true },
    });
    await own.pin();
    await annRoom.info.until((room) => room.state.get("m.room.pinned_events") !== undefined);
    expect(annRoom.state.get("m.room.pinned_events")).toEqual({ pinned: [sent] });
    await own.redact("done");
    await end(ann, bob);
  });

  it("deliver by type, by definition and by room, and stop when asked to", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const { ann, bob, annRoom, bobRoom } = await meet(server);
    const other = await ann.rooms.create({});
    const Ping = defineEvent("com.acme.ping", {
      parse(value) {
        if (typeof (value as { n?: unknown }).n !== "number") throw new Error("n");
        return value as { n: number };
      },
    });
    const seen: unknown[] = [];
    ann.on(Ping, (event) => seen.push(["ping", event.content.n]));
    annRoom.on("m.room.message", (event) => seen.push(["room", event.text]));
    const abort = new AbortController();
    ann.on("m.room.message", (event) => seen.push(["any", event.text]), abort);
    ann.on("m.room.message", () => {
      throw new Error("a listener that fails stops nobody");
    });
    await other.send.text("0");
    await bobRoom.send.event(Ping, { n: 1 });
    await bobRoom.send.event({ type: "com.acme.ping", content: Ping.content }, { bad: true } as never);
    const done = next(annRoom.events("m.room.message"));
    await bobRoom.send.text("1");
    await done;
    expect(seen).toEqual([
      ["any", "0"],
      ["ping", 1],
      ["room", "1"],
      ["any", "1"],
    ]);
    abort.abort();
    const after = next(annRoom.events("m.room.message"));
    await bobRoom.send.text("2");
    await after;
    expect(seen.at(-1)).toEqual(["room", "2"]);
    await end(ann, bob);
  });

  it("see members, state, power and receipts", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const { ann, bob, annRoom, bobRoom } = await meet(server);
    expect((await annRoom.members.list()).map(({ id }) => id).toSorted()).toEqual([ann.userId, bob.userId]);
    expect([
      annRoom.can("ban"),
      annRoom.can("send", bob.userId),
      annRoom.can("kick", bob.userId),
      annRoom.can("m.room.name", bob.userId),
    ]).toEqual([true, true, false, false]);
    await annRoom.state.set("m.room.topic", { topic: "leaves" });
    await bobRoom.info.until((room) => room.topic === "leaves");
    await annRoom.send.text("x");
    await bobRoom.info.until((room) => room.latest !== undefined);
    await bobRoom.markRead();
    await bobRoom.setTyping(true);
    await bobRoom.leave();
    await bobRoom.info.until((room) => room.membership === "leave");
    expect(bob.rooms.list().value).toEqual([]);
    expect(ann.rooms.list({ sort: "name", filter: { name: "TEA" } }).value).toEqual([annRoom]);
    await end(ann, bob);
  });

  it("send files, and notice what the push rules want noticed", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const { ann, bob, annRoom, bobRoom } = await meet(server);
    const notified = next(bob.notifications());
    const progress: number[] = [];
    const sending = annRoom.send.file(
      { data: new Blob(["leaf"]), name: "leaf.txt" },
      { caption: "a leaf", onProgress: ({ sent }) => progress.push(sent) },
    );
    const states: string[] = [];
    sending.state.subscribe((state) => states.push(state));
    await sending;
    expect([states, progress]).toEqual([
      ["queued", "sending", "sent"],
      [0, 4],
    ]);
    const { event, room } = await notified;
    expect([room, event.raw.content["filename"], event.raw.content["body"]]).toEqual([bobRoom, "leaf.txt", "a leaf"]);
    if (!event.is("m.room.message")) throw new Error("not a message");
    expect(await (event as EventOf<"m.room.message">).download().then((blob) => blob.text())).toBe("leaf");
    await end(ann, bob);
  });

  it("make one direct chat for two", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const ann = await logIn(server, "ann");
    await ann.start();
    const room = await ann.rooms.dm("@bob:example.org");
    const direct = ann.rooms.list({ filter: { kind: "dm" } });
    await room.info.until(() => room.isDirect && room.membership === "join");
    expect(await direct.until((list) => list.length > 0)).toEqual([room]);
    expect(await ann.rooms.dm("@bob:example.org")).toBe(room);
    await end(ann);
  });
});

describe("stopping and starting", () => {
  it("delivers what came meanwhile, and again what was not handled", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const [ann, store] = [await logIn(server, "ann"), memoryStore()];
    const room = await ann.rooms.create({ invite: ["@bob:example.org"] });
    const first = await logIn(server, "bob", { store });
    await first.start();
    await first.rooms.get(room.id)!.join();
    await first.rooms.get(room.id)!.info.until((own) => own.membership === "join");
    let started: () => void = () => {};
    const reached = new Promise<void>((resolve) => (started = resolve));
    first.on("m.room.message", () => {
      started();
      return new Promise(() => {});
    });
    await room.send.text("1");
    await reached;
    // The listener never ends, as in a crash: what it has seen counts as not handled.
    await first.stop();
    await room.send.text("2");

    const second = await createClient("example.org", { fetch: server.fetch, clock, store });
    const seen: (string | undefined)[] = [];
    const both = new Promise<void>((resolve) => second.on("m.room.message", (event) => void (seen.push(event.text) === 2 && resolve())));
    await second.start();
    expect(second.rooms.get(room.id)?.membership).toBe("join");
    await both;
    expect(seen).toEqual(["1", "2"]);
    await second.stop();
    expect(second.online.value).toBe("offline");
    await ann.stop();
  });

  it("delivers more than one response holds, in order", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const [ann, store] = [await logIn(server, "ann"), memoryStore()];
    const room = await ann.rooms.create({ invite: ["@bob:example.org"] });
    const first = await logIn(server, "bob", { store });
    await first.start();
    await first.rooms.get(room.id)?.join();
    await first.rooms.get(room.id)?.info.until((own) => own.membership === "join");
    await first.stop();
    const wanted = Array.from({ length: 230 }, (_, index) => String(index));
    await Promise.all(wanted.map((text) => room.send.text(text)));
    const second = await createClient("example.org", { fetch: server.fetch, clock, store });
    const seen: (string | undefined)[] = [];
    const all = new Promise<void>((resolve) =>
      second.on("m.room.message", (event) => void (seen.push(event.text) === wanted.length && resolve())),
    );
    await second.start();
    await all;
    expect(seen).toEqual(wanted);
    await Promise.all([ann.stop(), second.stop()]);
  });

  it("goes on after failures of the server, and ends when the session is over", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await logIn(server, "ann");
    const faults = [
      new Response("", { status: 502 }),
      new Response("{", { status: 200 }),
      Response.json({ errcode: "M_LIMIT_EXCEEDED", error: "" }, { status: 429 }),
    ];
    server.intercept = (path) => (path.endsWith("/sync") ? faults.shift() : undefined);
    const states: string[] = [];
    client.online.subscribe((state) => states.push(state));
    await client.start();
    expect(states).toEqual(["connecting", "error", "syncing"]);
    const running = client.run();
    server.intercept = async (path) => {
      if (path.endsWith("/sync")) await server.endSessions();
      return undefined;
    };
    // The sync that waits returns with the new room; the next one is refused.
    const refused = expect(running).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    await client.rooms.create().catch(() => {});
    await refused;
    expect(client.session.value).toBeUndefined();
  });

  it("leaves out malformed events instead of failing", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await logIn(server, "ann");
    const room = await client.rooms.create({ name: "n" });
    await room.send.text("good");
    let spoilt = 0;
    server.intercept = async (path, init) => {
      if (!path.endsWith("/sync") || spoilt > 0) return undefined;
      spoilt += 1;
      const { body } = await server.request("GET", path, undefined, String(new Headers(init?.headers).get("authorization")?.slice(7)));
      const { join } = (body as { rooms: { join: Record<string, { timeline: { events: object[] } }> } }).rooms;
      join[room.id]?.timeline.events.splice(
        1,
        0,
        { event_id: "$bad", type: "m.room.message", sender: "nobody", origin_server_ts: 1.5, content: {} },
        7 as never,
      );
      return Response.json(body);
    };
    await client.start();
    expect(client.rooms.get(room.id)).toMatchObject({ name: "n", membership: "join" });
    await client.stop();
  });

  it("sends what an earlier run did not, with the same transaction", async () => {
    await using server = await localHomeserver(["ann"]);
    const store = memoryStore();
    const first = await logIn(server, "ann", { store });
    await first.start();
    const room = await first.rooms.create({});
    let lost = 0;
    server.intercept = async (path, init) => {
      if (!path.includes("/send/")) return undefined;
      server.intercept = undefined;
      await server.fetch(`${server.url}${path}`, { ...init, signal: null });
      lost += 1;
      void first.stop();
      throw new TypeError("the answer is lost");
    };
    const sending = room.send.text("once");
    for (;;) {
      if (lost > 0 && first.online.value === "offline") break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (first.online.value !== "offline") await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const second = await createClient("example.org", { fetch: server.fetch, clock, store });
    await second.start();
    await Promise.all(second.outbox.value);
    const { body } = await server.request(
      "GET",
      `/_matrix/client/v3/rooms/${room.id}/messages?dir=b`,
      undefined,
      second.session.value!.accessToken,
    );
    const { chunk } = body as { chunk: { type: string }[] };
    expect(chunk.filter(({ type }) => type === "m.room.message").length).toBe(1);
    expect([sending.txnId.length, (await store.all("outbox")).size]).toEqual([24, 0]);
    await second.stop();
  });
});

describe("the low-level API", () => {
  it("sends any typed request", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await logIn(server, "ann");
    const room = await client.rooms.create();
    const answer = await client.api.send(sendMessage, { path: { roomId: room.id, eventType: "x", txnId: "1" }, body: { a: 1 } });
    expect(answer.event_id).toMatch(/^\$/);
  });
});
