/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Client,
  type EventItem,
  type LiveList,
  memoryStore,
  platformClock,
  type Room,
  type Store,
  type Timeline,
  type TimelineItem,
} from "@patrix/client";
import { indexedDBStore } from "@patrix/client/browser";
import { sqliteStore } from "@patrix/client/node";
import { getEventContext, reportEvent } from "@patrix/client-api";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { installIndexedDB, openIndexedDB } from "@patrix/idb-sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { hear, roomOf, says } from "./encrypted-rooms.ts";
import { eventItems, logIn, textsOf } from "./timelines.ts";

/** Lets nothing be sent until it is released, and notes all that is asked of the server. */
function hold(server: LocalHomeserver): { release: () => void; asked: string[] } {
  const asked: string[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  server.intercept = async (path, init) => {
    asked.push(`${decodeURIComponent(path)} ${typeof init?.body === "string" ? init.body : ""}`);
    if (/\/(send|redact)\//.test(path)) await held;
    return undefined;
  };
  return { release, asked };
}

const find = (items: readonly TimelineItem[], key: string): EventItem | undefined => eventItems(items).find((item) => item.key === key);
/** Waits until an item is as it should be. */
async function until(timeline: Timeline, key: string, passes: (item: EventItem) => boolean): Promise<EventItem> {
  const isSo = (items: readonly TimelineItem[]): boolean => {
    const item = find(items, key);
    return item !== undefined && passes(item);
  };
  return find(await timeline.items.until(isSo), key) as EventItem;
}
/** Waits for a message that says something, sent or not. */
async function untilShown(timeline: Timeline, text: string): Promise<EventItem> {
  const shows = (item: EventItem): boolean => item.message?.text === text;
  return eventItems(await timeline.items.until((items) => eventItems(items).some(shows))).find(shows) as EventItem;
}

/** Everything that a list has shown of an item, and how often at once. */
function watchItem(items: LiveList<TimelineItem>, key: string): string[] {
  const seen: string[] = [];
  items.subscribe((all) => {
    const shown = eventItems(all).filter((item) => item.key === key);
    const text = shown
      .map((item) => [item.message?.text ?? "-", item.edited, item.reactions.get("👍")?.length ?? 0, item.redacted].join())
      .join(" and ");
    if (seen.at(-1) !== text) seen.push(text);
  });
  return seen;
}

/** Says something, and things about it, before anything of it is sent. */
async function sayAll(room: Room, timeline: Timeline): Promise<{ echo: EventItem; sendings: Promise<unknown>[] }> {
  const first = room.send.text("helo");
  const echo = await untilShown(timeline, "helo");
  const { event } = echo;
  const sendings = [
    first,
    event.react("👍"),
    event.edit.text("hello"),
    event.reply.text("answer"),
    event.thread.send.text("in the thread"),
  ];
  return { echo, sendings };
}

describe.each([false, true])("what is said of an event that is not sent (encrypted: %s)", (encrypted) => {
  it("shows at once and for good, and names the event when it goes out", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const options = encrypted ? { encryption: true, clock: platformClock } : {};
    const [ann, bob] = [await logIn(server, "ann", options), await logIn(server, "bob", options)];
    await using _ann: AsyncDisposable = ann;
    await using _bob: AsyncDisposable = bob;
    await Promise.all([ann.start(), bob.start()]);
    const heard = hear(bob);
    let [room, theirRoom]: Room[] = [];
    if (encrypted) {
      [room, theirRoom] = await roomOf(ann, bob);
      await room.send.text("first");
      await heard(says("first"));
    } else {
      room = await ann.rooms.create({ preset: "public" });
      theirRoom = await bob.rooms.join(room.id);
    }
    await using timeline = room.timeline();
    await using theirs = theirRoom.timeline();
    const { release, asked } = hold(server);
    const { echo, sendings } = await sayAll(room, timeline);
    const seen = watchItem(timeline.items, echo.key);
    const shown = await until(
      timeline,
      echo.key,
      ({ message, reactions }) => message?.text === "hello" && reactions.get("👍")?.length === 1,
    );
    expect(shown).toMatchObject({ edited: true, thread: { count: 1 }, event: { id: echo.event.id } });
    expect((await untilShown(timeline, "answer")).replyTo).toMatchObject({ id: echo.event.id, event: { id: echo.event.id } });
    const undo = echo.event.unreact("👍");
    await until(timeline, echo.key, ({ reactions }) => reactions.size === 0);
    await undo;
    const again = echo.event.react("👍");
    await until(timeline, echo.key, ({ reactions }) => reactions.get("👍")?.length === 1);

    release();
    const [id, ...others] = await Promise.all([sendings[0], ...sendings.slice(2), again]);
    await expect(sendings[1]).rejects.toMatchObject({ code: "CANCELLED" });
    const sent = await until(
      timeline,
      echo.key,
      ({ event, sending, thread }) => event.id === id && sending === undefined && thread?.count === 1,
    );
    await timeline.items.until((items) => eventItems(items).every(({ sending }) => sending === undefined));
    expect([sent.message?.text, sent.edited, sent.reactions.get("👍")?.map(({ sender }) => sender.id), others.length]).toEqual([
      "hello",
      true,
      [ann.userId],
      4,
    ]);
    expect((await untilShown(timeline, "answer")).replyTo).toMatchObject({ id });
    // No step back, and never twice.
    expect(seen.slice(seen.lastIndexOf("hello,true,0,false"))).toEqual(["hello,true,0,false", "hello,true,1,false"]);
    expect(asked.filter((request) => request.includes("$local"))).toEqual([]);
    // Others see the same.
    const line = await theirs.items.until((items) =>
      eventItems(items).some(
        ({ event, edited, reactions, thread }) => event.id === id && edited && reactions.size === 1 && thread?.count === 1,
      ),
    );
    expect(textsOf(line).slice(-2)).toEqual(["hello", "answer"]);
  });

  it("goes with it when it is redacted before it leaves, and is redacted after it otherwise", async () => {
    await using server = await localHomeserver(["ann"]);
    await using ann = await logIn(server, "ann", encrypted ? { encryption: true, clock: platformClock } : {});
    await ann.start();
    const room = await ann.rooms.create({ encrypted });
    await using timeline = room.timeline();
    const { release, asked } = hold(server);
    const leaving = room.send.text("leaving");
    await leaving.state.until((state) => state === "sending");
    const staying = room.send.text("staying");
    const echo = await untilShown(timeline, "staying");
    const reaction = echo.event.react("👍");
    expect(await echo.event.redact()).toMatch(/^\$local\./);
    await expect(Promise.all([staying, reaction])).rejects.toMatchObject({ code: "CANCELLED" });
    await timeline.items.until((items) => !textsOf(items).includes("staying"));

    const other = await untilShown(timeline, "leaving");
    const seen = watchItem(timeline.items, other.key);
    const redaction = other.event.redact("no");
    await until(timeline, other.key, ({ redacted }) => redacted);
    release();
    const [id] = await Promise.all([leaving, redaction]);
    await until(timeline, other.key, ({ event, sending, redacted }) => event.id === id && sending === undefined && redacted);
    await expect.poll(async () => (await room.event(id)).raw.unsigned?.redacted_because?.event_id).toBe(await redaction);
    expect(seen).toEqual(["-,false,0,true"]);
    expect(asked.filter((request) => /\/(send|redact)\//.test(request)).length).toBe(2);
  });
});

describe("the ID of an event that is not sent", () => {
  it("never reaches the server, whatever asks for it", async () => {
    await using server = await localHomeserver(["ann"]);
    await using ann = await logIn(server, "ann");
    await ann.start();
    const room = await ann.rooms.create({ preset: "public" });
    await using timeline = room.timeline();
    const { release, asked } = hold(server);
    const sending = room.send.text("soon");
    const { event } = await untilShown(timeline, "soon");
    const path = { roomId: room.id, eventId: event.id };
    const attempts: (() => Promise<unknown>)[] = [
      () => event.markRead(),
      () => event.pin(),
      () => event.thread.markRead(),
      () => event.thread.subscribe(),
      () => event.thread.timeline().back(),
      () => room.event(event.id),
      () => room.timeline({ around: event.id }).back(),
      async () => event.permalink(),
      () => room.accountData.set("m.fully_read", { event_id: event.id }),
      () => room.state.set("m.room.pinned_events", { pinned: [event.id] }),
      () => ann.api.send(reportEvent, { path, body: { reason: "spam" } }),
      () => ann.api.send(getEventContext, { path }),
    ];
    for (const [index, attempt] of attempts.entries())
      await expect(attempt().then(() => index)).rejects.toMatchObject({ code: "NOT_SENT", message: expect.stringContaining(event.id) });
    const undo = event.unreact("🎉");
    release();
    const id = await sending;
    await expect(undo).rejects.toMatchObject({ code: "NOT_SENT" });
    // From now on it is known, also to who has the event of before.
    await Promise.all([event.markRead(), event.pin()]);
    await room.info.until(() => room.state.get("m.room.pinned_events")?.pinned.includes(id) === true);
    expect(event.permalink()).toContain(id);
    const reaction = await event.react("🎉");
    await event.unreact("🎉");
    expect((await room.event(reaction)).raw.unsigned?.redacted_because).toBeDefined();
    expect(asked.filter((request) => request.includes("$local"))).toEqual([]);
    expect((await room.event(id)).permalink()).toBe(`https://matrix.to/#/${room.id}/${id}?via=example.org`);
  });
});

const folder = mkdtempSync(join(tmpdir(), "patrix-echoes-"));
afterAll(() => rmSync(folder, { recursive: true }));
const uninstall = installIndexedDB(openIndexedDB(":memory:"));
afterAll(() => uninstall());
const memory = memoryStore();

describe.each<[string, () => Store]>([
  ["memory", () => memory],
  ["sqlite", () => sqliteStore(join(folder, "client.db"))],
  ["indexeddb", () => indexedDBStore("echoes")],
])("what depends on an event that is not sent, in a store: %s", (_, open) => {
  it("outlives a restart with it, and goes out after it", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    let roomId: Room["id"];
    {
      await using ann: Client = await logIn(server, "ann", { store: open() });
      await ann.start();
      const room = await ann.rooms.create({ preset: "public" });
      roomId = room.id;
      await using timeline = room.timeline();
      hold(server);
      const { sendings } = await sayAll(room, timeline);
      await expect.poll(async () => ann.outbox.value.map(({ state }) => state.value)).toEqual(["sending", ...Array(4).fill("queued")]);
      const { event } = await untilShown(timeline, "hello");
      void event.redact("later");
      await timeline.items.until((items) => eventItems(items).some(({ redacted }) => redacted));
      for (const sending of sendings) sending.catch(() => {});
      await new Promise(setImmediate);
    }
    const { release, asked } = hold(server);
    release();
    await using ann = await logIn(server, "ann", { store: open() });
    await using bob = await logIn(server, "bob");
    await ann.start();
    void (await ann.outbox.until((all) => all.length === 0));
    await bob.start();
    const room = await bob.rooms.join(roomId);
    await room.info.until(() => room.membership === "join");
    await using timeline = room.timeline();
    while (await timeline.back());
    const [first, second] = eventItems(timeline.items.value).filter(({ event }) => event.type === "m.room.message");
    expect(first).toMatchObject({ redacted: true, thread: { count: 1 } });
    expect([second?.message?.text, second?.replyTo?.id]).toEqual(["answer", first?.event.id]);
    expect(asked.filter((request) => request.includes("$local"))).toEqual([]);
  });
});
