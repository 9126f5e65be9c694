/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { type Client, memoryStore, type Room, type UnreadCounts } from "@patrix/client";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { describe, expect, it } from "vitest";
import { roomOf } from "./encrypted-rooms.ts";
import { logIn, untilSays } from "./timelines.ts";

const encrypted = { encryption: true, clock: undefined } as const;

async function untilUnread(room: Room, wanted: Partial<UnreadCounts>): Promise<void> {
  await room.info.until(() => Object.entries(wanted).every(([name, count]) => room.unread[name as keyof UnreadCounts] === count));
  expect(room.unread).toMatchObject(wanted);
}

async function meet(
  server: LocalHomeserver,
  options: object,
): Promise<{ ann: Client; bob: Client; mine: Room; theirs: Room } & AsyncDisposable> {
  const [ann, bob] = [await logIn(server, "ann", options), await logIn(server, "bob", options)];
  await Promise.all([ann.start(), bob.start()]);
  const [mine, theirs] = await roomOf(ann, bob);
  return {
    ann,
    bob,
    mine,
    theirs,
    [Symbol.asyncDispose]: async () => void (await Promise.all([ann, bob].map((each) => each[Symbol.asyncDispose]()))),
  };
}

describe("an encrypted room", () => {
  it("counts messages, notifications and mentions, which the server cannot see, until they are read", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server, encrypted);
    const { mine, theirs, bob } = both;
    await untilUnread(theirs, { messages: 0, notifications: 0, mentions: 0 });
    const first = await mine.send.text("one");
    await mine.send.text("two", { mentions: [bob.userId] });
    await mine.send.text("three");
    await untilUnread(theirs, { messages: 3, notifications: 3, mentions: 1 });
    await (await theirs.event(first)).markRead();
    await untilUnread(theirs, { messages: 2, notifications: 2, mentions: 1 });
    await theirs.markRead();
    await untilUnread(theirs, { messages: 0, notifications: 0, mentions: 0 });
    await mine.send.text("four", { mentions: [bob.userId] });
    await untilUnread(theirs, { messages: 1, mentions: 1 });
    // Whoever answers has read what is before it; and the sender has nothing unread.
    await theirs.send.text("five");
    await untilUnread(theirs, { messages: 0, notifications: 0, mentions: 0 });
    await untilUnread(mine, { messages: 1, notifications: 1, mentions: 0 });
  });
});

describe("what is unread", () => {
  it("is kept over a restart, and what came meanwhile is counted", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using ann = await logIn(server, "ann");
    const store = memoryStore();
    const mine = await ann.rooms.create({ preset: "public" });
    {
      await using bob = await logIn(server, "bob", { store });
      await bob.rooms.join(mine.id);
      await bob.start();
      await mine.send.text("one");
      await untilUnread(bob.rooms.get(mine.id) as Room, { messages: 1, notifications: 1 });
    }
    await mine.send.text("two");
    await using bob = await logIn(server, "bob", { store });
    await bob.start();
    await untilUnread(bob.rooms.get(mine.id) as Room, { messages: 2, notifications: 2, mentions: 0 });
  });

  it("is read thread by thread, or all at once", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server, encrypted);
    const { mine, theirs } = both;
    const root = await mine.send.text("root");
    for (const text of ["a", "b"]) await mine.thread(root).send.text(text);
    await untilUnread(theirs, { messages: 3, notifications: 3 });
    await theirs.thread(root).markRead();
    await untilUnread(theirs, { messages: 1, notifications: 1 });
    await mine.thread(root).send.text("c");
    await untilUnread(theirs, { messages: 2 });
    await theirs.markRead();
    await untilUnread(theirs, { messages: 0, notifications: 0 });
  });

  it("can be read without others knowing, and be marked", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using both = await meet(server, encrypted);
    const { ann, bob, mine, theirs } = both;
    await using timeline = mine.timeline();
    await mine.send.text("one");
    await untilUnread(theirs, { messages: 1 });
    await theirs.markRead({ private: true });
    await untilUnread(theirs, { messages: 0, notifications: 0 });
    await mine.send.text("two");
    const two = await untilSays(timeline, "two");
    expect(mine.receipts.value.get(bob.userId)).toBeUndefined();
    await theirs.info.until(() => theirs.latest?.id === two.event.id);
    await theirs.markRead();
    await mine.receipts.until((receipts) => receipts.get(bob.userId)?.eventId === two.event.id);
    await theirs.markUnread();
    await untilUnread(theirs, { marked: true, messages: 0 });
    await theirs.markRead();
    await untilUnread(theirs, { marked: false });
    expect(ann.rooms.list({ filter: { unread: true } }).value).toEqual([]);
  });
});
