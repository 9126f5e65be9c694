/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { applyDiffs, type Client, memoryStore, type Room, type TimelineItem } from "@patrix/client";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { describe, expect, it } from "vitest";
import { eventItems, linesOf, logIn, textsOf, untilSays, withSmallSyncs } from "./timelines.ts";

/** Ann and Bob in a room; both follow it. */
async function meet(server: LocalHomeserver): Promise<{ ann: Client; bob: Client; annRoom: Room; bobRoom: Room } & AsyncDisposable> {
  const [ann, bob] = [await logIn(server, "ann"), await logIn(server, "bob")];
  await Promise.all([ann.start(), bob.start()]);
  const annRoom = await ann.rooms.create({ name: "tea", preset: "public" });
  const bobRoom = await bob.rooms.join(annRoom.id);
  await annRoom.info.until(() => annRoom.members.get(bob.userId)?.membership === "join");
  return {
    ann,
    bob,
    annRoom,
    bobRoom,
    [Symbol.asyncDispose]: async () => void (await Promise.all([ann, bob].map((each) => each[Symbol.asyncDispose]()))),
  };
}

describe("a timeline", () => {
  it("shows what comes, with replies, reactions, edits and redactions where they belong", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    await using timeline = both.bobRoom.timeline();
    const id = await both.annRoom.send.text("helo");
    const hello = await untilSays(timeline, "helo");
    expect(hello).toMatchObject({ event: { id, isOwn: false, sender: { id: both.ann.userId } }, edited: false, redacted: false, key: id });
    await hello.event.react("👍");
    await hello.event.reply.text("hi");
    const own = await both.annRoom.event(id);
    await own.react("👍");
    await own.edit.text("hello");
    const edited = await untilSays(timeline, "hello");
    await timeline.items.until((items) => eventItems(items).some(({ reactions }) => reactions.get("👍")?.length === 2));
    const reply = await untilSays(timeline, "hi");
    expect(edited).toMatchObject({ edited: true, key: id, message: { text: "hello" } });
    expect(reply.replyTo).toMatchObject({ id, event: { id } });
    expect(Object.isFrozen(edited)).toBe(true);

    await hello.event.unreact("👍");
    await timeline.items.until((items) => eventItems(items).some(({ reactions }) => reactions.get("👍")?.length === 1));
    await own.redact("done");
    await timeline.items.until((items) => eventItems(items).some(({ redacted }) => redacted));
    const after = eventItems(timeline.items.value).find(({ event }) => event.id === id);
    expect([after?.edited, after?.message, after?.event.content]).toEqual([false, undefined, {}]);
    expect(textsOf(timeline.items.value)).toEqual(["(redacted)", "hi"]);
  });

  it("leaves edits out that do not count", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    await using timeline = both.annRoom.timeline();
    const id = await both.annRoom.send.text("mine");
    await both.bobRoom.send.event(
      { type: "m.room.message", content: { parse: (value) => value as object } },
      {
        msgtype: "m.text",
        body: "* forged",
        "m.new_content": { msgtype: "m.text", body: "forged" },
        "m.relates_to": { rel_type: "m.replace", event_id: id },
      },
    );
    await both.bobRoom.send.text("last");
    await untilSays(timeline, "last");
    expect(textsOf(timeline.items.value)).toEqual(["mine", "last"]);
  });

  it("shows what is being sent at once, under one key until it is sent and afterwards", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    await using timeline = both.annRoom.timeline();
    await timeline.back();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    server.intercept = async (path) => (path.includes("/send/") ? (await held, undefined) : undefined);
    const sending = both.annRoom.send.text("soon");
    await timeline.items.until((items) => textsOf(items).includes("soon"));
    const echo = eventItems(timeline.items.value).at(-1);
    expect(echo).toMatchObject({ message: { text: "soon" }, event: { isOwn: true } });
    expect(echo?.sending?.txnId).toBe(sending.txnId);
    const keys: string[] = [];
    timeline.items.subscribe((items) => {
      const all = eventItems(items).filter(({ message }) => message?.text === "soon");
      expect(all.length).toBe(1);
      keys.push(all[0]?.key ?? "");
    });
    release();
    server.intercept = undefined;
    const id = await sending;
    const sent = await untilSays(timeline, "soon");
    expect([sent.event.id, sent.key, new Set(keys)]).toEqual([id, echo?.key, new Set([echo?.key])]);
    // The answer to the request, and the sync that brings the event, come in any order.
    await both.annRoom.send.text("next");
    await untilSays(timeline, "next");
    expect(textsOf(timeline.items.value)).toEqual(["soon", "next"]);
  });

  it("keeps what could not be sent, until it is sent again or taken back", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    await using timeline = both.annRoom.timeline();
    const refuse = (): void =>
      void (server.intercept = (path) =>
        path.includes("/send/") ? Response.json({ errcode: "M_FORBIDDEN", error: "no" }, { status: 403 }) : undefined);
    refuse();
    const first = both.annRoom.send.text("again");
    const second = both.annRoom.send.text("never");
    await expect(first).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    await expect(second).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    await timeline.items.until((items) => textsOf(items).length === 2);
    expect(
      eventItems(timeline.items.value)
        .slice(-2)
        .map(({ sending }) => sending?.state.value),
    ).toEqual(["failed", "failed"]);
    server.intercept = undefined;
    await second.abort();
    first.retry();
    await first;
    await untilSays(timeline, "again");
    await timeline.items.until((items) => !textsOf(items).includes("never"));
    expect(textsOf(timeline.items.value)).toEqual(["again"]);
  });

  it("goes back to the start of the room, where it says so, and marks days", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    for (let n = 1; n <= 30; n += 1) await both.annRoom.send.text(`${n}`);
    const late = await logIn(server, "bob");
    await using _ = late;
    await late.start();
    const room = late.rooms.get(both.annRoom.id) as Room;
    await using timeline = room.timeline();
    await timeline.items.until((items) => items.length > 0);
    expect(textsOf(timeline.items.value).length).toBeLessThan(30);
    expect(await timeline.back(5)).toBe(true);
    while (await timeline.back()) expect(timeline.atStart.value).toBe(false);
    const numbers = Array.from({ length: 30 }, (_, index) => `${index + 1}`);
    expect([textsOf(timeline.items.value), timeline.atStart.value]).toEqual([numbers, true]);
    expect(linesOf(timeline.items.value).slice(0, 2)).toEqual(["(start)", "(date)"]);
    const day = timeline.items.value.find((item) => item.kind === "date");
    expect(day).toMatchObject({ date: new Date(new Date().setHours(0, 0, 0, 0)) });
    expect(new Set(timeline.items.value.map(({ key }) => key)).size).toBe(timeline.items.value.length);
  });

  it("tells of each change in steps that replay to its items", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    for (let n = 1; n <= 60; n += 1) await both.annRoom.send.text(`${n}`);
    const late = await logIn(server, "bob");
    await using _ = late;
    await late.start();
    await using timeline = (late.rooms.get(both.annRoom.id) as Room).timeline();
    await timeline.items.until((items) => items.length > 0);
    let replayed: readonly TimelineItem[] = [];
    const resets: number[] = [];
    const abort = new AbortController();
    const reading = (async () => {
      for await (const diffs of timeline.items.diffs(abort)) {
        replayed = applyDiffs(replayed, diffs);
        resets.push(diffs.filter(({ op }) => op === "reset").length);
      }
    })();
    await timeline.back(50);
    const item = eventItems(timeline.items.value)[3];
    await item?.event.react("x");
    await both.annRoom.send.text("last");
    await untilSays(timeline, "last");
    await timeline.items.until((items) => eventItems(items).some(({ reactions }) => reactions.size > 0));
    await new Promise((resolve) => setTimeout(resolve, 0));
    abort.abort();
    await reading;
    expect(replayed).toEqual(timeline.items.value);
    // The first diff is the whole; a page and a change in its midst are none.
    expect(resets.reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  it("shows who has read how far, and where the unread begins", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    await using timeline = both.annRoom.timeline();
    await both.annRoom.send.text("one");
    await both.annRoom.send.text("two");
    const [one, two] = [await untilSays(timeline, "one"), await untilSays(timeline, "two")];
    const readers = (): readonly (readonly string[])[] =>
      [one, two].map(
        ({ key }) =>
          eventItems(timeline.items.value)
            .find((item) => item.key === key)
            ?.readBy.map(({ id }) => id) ?? [],
      );
    await (await both.bobRoom.event(one.event.id)).markRead();
    await timeline.items.until(() => readers()[0]?.length === 1);
    expect(readers()).toEqual([[both.bob.userId], []]);
    await (await both.bobRoom.event(two.event.id)).markRead();
    await timeline.items.until(() => readers()[1]?.length === 1);
    expect(readers()).toEqual([[], [both.bob.userId]]);

    await two.event.markRead();
    await both.bobRoom.send.text("three");
    await untilSays(timeline, "three");
    await timeline.items.until((items) => linesOf(items).includes("(read-marker)"));
    expect(linesOf(timeline.items.value).slice(-3)).toEqual(["two", "(read-marker)", "three"]);
    await both.annRoom.markRead();
    await timeline.items.until((items) => !linesOf(items).includes("(read-marker)"));
  });
});

describe("a timeline that is opened", () => {
  it("while somebody is busy with an event shows it, though it is not stored yet", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    let end: () => void = () => {};
    const busy = new Promise<void>((resolve) => (end = resolve));
    const heard = new Promise<void>((resolve) => both.bob.on("m.room.message", () => (resolve(), busy)));
    await both.annRoom.send.text("one");
    await heard;
    await using timeline = both.bobRoom.timeline();
    await untilSays(timeline, "one");
    await both.annRoom.send.text("two");
    await untilSays(timeline, "two");
    end();
    expect(textsOf(timeline.items.value)).toEqual(["one", "two"]);
  });

  it("is at rest when it is disposed of, and when its signal ends it", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    const abort = new AbortController();
    const timelines = [both.bobRoom.timeline(abort), both.bobRoom.timeline()];
    await using open = both.bobRoom.timeline();
    await both.annRoom.send.text("one");
    for (const each of [...timelines, open]) await untilSays(each, "one");
    abort.abort();
    await timelines[1]?.[Symbol.asyncDispose]();
    await both.annRoom.send.text("two");
    await untilSays(open, "two");
    expect(timelines.map(({ items }) => textsOf(items.value))).toEqual([["one"], ["one"]]);
    await expect(timelines[0]?.back()).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a timeline that was opened in the past", () => {
  it("begins around an event and goes on in both directions, until it is live", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    const ids: string[] = [];
    for (let n = 1; n <= 120; n += 1) ids.push(await both.annRoom.send.text(`${n}`));
    await using timeline = both.bobRoom.timeline({ around: ids[59] as `$${string}` });
    await timeline.items.until((items) => textsOf(items).includes("60"));
    expect([textsOf(timeline.items.value).length < 60, timeline.atEnd.value]).toEqual([true, false]);
    await both.annRoom.send.text("121");
    await (await both.annRoom.event(ids[59] as `$${string}`)).edit.text("sixty");
    await untilSays(timeline, "sixty");
    expect(textsOf(timeline.items.value)).not.toContain("121");
    while (await timeline.forward()) expect(timeline.atEnd.value).toBe(false);
    expect(textsOf(timeline.items.value).at(-1)).toBe("121");
    await both.annRoom.send.text("122");
    await untilSays(timeline, "122");
    while (await timeline.back()) expect(timeline.atStart.value).toBe(false);
    const all = Array.from({ length: 122 }, (_, index) => (index === 59 ? "sixty" : `${index + 1}`));
    expect(textsOf(timeline.items.value)).toEqual(all);
  });

  it("says so when the event is not there", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    await using timeline = both.bobRoom.timeline({ around: "$nowhere" });
    await expect(timeline.back()).rejects.toMatchObject({ errcode: "M_NOT_FOUND" });
  });
});

describe("gaps", () => {
  it("are filled by going back, and nothing is lost or doubled", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const ann = await logIn(server, "ann");
    let isFailing = false;
    const bob = await logIn({ fetch: withSmallSyncs(server.fetch, () => 2) }, "bob");
    await using _ = { [Symbol.asyncDispose]: async () => void (await Promise.all([ann, bob].map((each) => each[Symbol.asyncDispose]()))) };
    const annRoom = await ann.rooms.create({ preset: "public" });
    await bob.rooms.join(annRoom.id);
    await annRoom.send.text("before");
    await bob.start();
    await using timeline = (bob.rooms.get(annRoom.id) as Room).timeline();
    await untilSays(timeline, "before");
    await bob.stop();
    for (let n = 1; n <= 20; n += 1) await annRoom.send.text(`${n}`);
    isFailing = true;
    server.intercept = (path) =>
      isFailing && path.endsWith("/messages") ? Response.json({ errcode: "M_FORBIDDEN" }, { status: 403 }) : undefined;
    await bob.start();
    await timeline.items.until((items) => textsOf(items).includes("20"));
    expect(textsOf(timeline.items.value)).toEqual(["19", "20"]);
    isFailing = false;
    while (await timeline.back()) expect(timeline.atStart.value).toBe(false);
    expect(textsOf(timeline.items.value)).toEqual(["before", ...Array.from({ length: 20 }, (_, index) => `${index + 1}`)]);
  });
});

describe("after a restart", () => {
  it("the last events are there without a request, with what was fetched before", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const store = memoryStore();
    const ann = await logIn(server, "ann");
    await using _ = ann;
    const annRoom = await ann.rooms.create({ preset: "public" });
    for (let n = 1; n <= 40; n += 1) await annRoom.send.text(`${n}`);
    {
      await using bob = await logIn(server, "bob", { store });
      await bob.rooms.join(annRoom.id);
      await bob.start();
      await using timeline = (bob.rooms.get(annRoom.id) as Room).timeline();
      await timeline.back(20);
      await annRoom.send.text("secret").then(async (id) => (await annRoom.event(id)).redact());
      await annRoom.send.text("live");
      await untilSays(timeline, "live");
    }
    expect(JSON.stringify([...(await store.all("timeline"))])).not.toContain("secret");
    await using again = await logIn(server, "bob", { store });
    let isOnline = false;
    server.intercept = () => (isOnline ? undefined : Promise.reject(new TypeError("offline")));
    await again.start();
    server.requests.length = 0;
    await using timeline = (again.rooms.get(annRoom.id) as Room).timeline();
    await timeline.items.until((items) => items.length > 0);
    const shown = textsOf(timeline.items.value);
    expect([shown.length >= 30, shown.slice(-4)]).toEqual([true, ["39", "40", "(redacted)", "live"]]);
    expect(server.requests.filter((line) => !line.endsWith("/sync"))).toEqual([]);
    isOnline = true;
    while (await timeline.back()) expect(timeline.atStart.value).toBe(false);
    expect(textsOf(timeline.items.value)).toEqual([...Array.from({ length: 40 }, (_, index) => `${index + 1}`), "(redacted)", "live"]);
  });
});

describe("threads", () => {
  it("have timelines of their own, and are counted where they begin", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    await using timeline = both.bobRoom.timeline();
    const root = await both.annRoom.send.text("root");
    const thread = both.annRoom.thread(root);
    for (const text of ["a", "b", "c"]) await thread.send.text(text);
    await both.annRoom.send.text("beside");
    await untilSays(timeline, "beside");
    expect(textsOf(timeline.items.value)).toEqual(["root", "beside"]);
    const rootItem = await untilSays(timeline, "root");
    expect(rootItem.thread).toMatchObject({ count: 3, latest: { content: { body: "c" } } });

    await using inThread = rootItem.event.thread.timeline();
    await inThread.back();
    expect([textsOf(inThread.items.value), inThread.atStart.value]).toEqual([["root", "a", "b", "c"], true]);
    await rootItem.event.thread.send.text("d");
    const d = await untilSays(inThread, "d");
    await d.event.react("x");
    await inThread.items.until((items) => eventItems(items).at(-1)?.reactions.size === 1);
    await timeline.items.until((items) => eventItems(items).some(({ thread: shown }) => shown?.count === 4));
    expect([textsOf(inThread.items.value), textsOf(timeline.items.value)]).toEqual([
      ["root", "a", "b", "c", "d"],
      ["root", "beside"],
    ]);
  });

  it("are listed, those first in which something was said last", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    const [one, two] = [await both.annRoom.send.text("one"), await both.annRoom.send.text("two")];
    await both.annRoom.thread(one).send.text("in one");
    await both.annRoom.thread(two).send.text("in two");
    await using list = both.bobRoom.threads();
    await list.until((threads) => threads.length === 2);
    expect(list.value.map(({ root, count }) => [root.id, count])).toEqual([
      [two, 1],
      [one, 1],
    ]);
    await both.annRoom.thread(one).send.text("in one again");
    await list.until(([first]) => first?.count === 2);
    expect(list.value.map(({ root, latest }) => [root.id, latest?.content])).toMatchObject([
      [one, { body: "in one again" }],
      [two, { body: "in two" }],
    ]);
    const three = await both.annRoom.send.text("three");
    await both.annRoom.thread(three).send.text("in three");
    await list.until(([first]) => first?.root.id === three);
    expect(list.value[0]?.count).toBe(1);
    expect(await list.more()).toBe(false);
  });
});

describe("parts of a room", () => {
  it("are its pinned events, as they are pinned and unpinned", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    const ids = [await both.annRoom.send.text("one"), await both.annRoom.send.text("two"), await both.annRoom.send.text("three")];
    await using timeline = both.bobRoom.timeline({ only: "pinned" });
    for (const id of [ids[2], ids[0]]) await (await both.annRoom.event(id as `$${string}`)).pin();
    await timeline.items.until((items) => textsOf(items).length === 2);
    expect([textsOf(timeline.items.value), await timeline.back()]).toEqual([["three", "one"], false]);
    await (await both.annRoom.event(ids[0] as `$${string}`)).edit.text("uno");
    await untilSays(timeline, "uno");
    await both.annRoom.state.set("m.room.pinned_events", { pinned: [ids[0] as `$${string}`] });
    await timeline.items.until((items) => textsOf(items).length === 1);
    expect(textsOf(timeline.items.value)).toEqual(["uno"]);
  });

  it("are its messages with files", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server);
    const send = (name: string): Promise<string> => both.annRoom.send.file({ data: new Uint8Array(3), name });
    await send("a.txt");
    for (let n = 1; n <= 30; n += 1) await both.annRoom.send.text(`${n}`);
    await send("b.txt");
    await using timeline = both.bobRoom.timeline({ only: "media" });
    while (await timeline.back()) expect(timeline.atStart.value).toBe(false);
    await send("c.txt");
    const names = (): readonly unknown[] => eventItems(timeline.items.value).map(({ event }) => event.raw.content["body"]);
    await timeline.items.until(() => names().length === 3);
    expect(names()).toEqual(["a.txt", "b.txt", "c.txt"]);
  });
});
