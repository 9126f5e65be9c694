// Threads, edits, reactions and permalinks with a client that was not there when they were made, through a proxy that counts.
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { Direction, EventType, type MatrixEvent, MsgType, Preset, RelationType, type Room, Thread, ThreadFilterType } from "matrix-js-sdk";
import type { RoomMessageEventContent } from "matrix-js-sdk/lib/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ElementSession, logIn, openSession, registerAccount, waitForMembership, waitUntil } from "./element-session.ts";
import { type LoggingProxy, startLoggingProxy } from "./logging-proxy.ts";

let server: TestHomeserver;
let proxy: LoggingProxy;
let alice: ElementSession;
let bob: ElementSession;
let roomId: string;
/** Everything below happens before the fresh session comes, so much later than what it loads first. */
let root: string;
let replies: readonly string[];
let reaction: string;
let saidAt: number;

const text = (body: string, relation: object = {}): RoomMessageEventContent =>
  ({ msgtype: MsgType.Text, body, ...relation }) as RoomMessageEventContent;
const relatesTo = (relType: string, eventId: string, more: object = {}): object => ({
  "m.relates_to": { rel_type: relType, event_id: eventId, ...more },
});

async function say({ client }: ElementSession, content: RoomMessageEventContent): Promise<string> {
  return (await client.sendMessage(roomId, content)).event_id;
}

async function open(name: string, profile = name): Promise<ElementSession> {
  const session = await openSession(proxy.url, await logIn(proxy.url, name, "correct horse 1"), { profile, encryption: false });
  await session.start();
  return session;
}

beforeAll(async () => {
  server = await testHomeserver();
  proxy = await startLoggingProxy(server.url);
  for (const name of ["alice", "bob"]) await registerAccount(proxy.url, name, "correct horse 1");
  [alice, bob] = [await open("alice"), await open("bob")];
  roomId = (await alice.client.createRoom({ preset: Preset.PublicChat, name: "Threads" })).room_id;
  await bob.client.joinRoom(roomId);
  await waitForMembership(bob, roomId, "join");
  root = await say(alice, text("what about lunch?"));
  saidAt = Date.now();
  const sent: string[] = [];
  for (const body of ["pizza", "pasta", "soup"]) sent.push(await say(bob, text(body, relatesTo(RelationType.Thread, root))));
  replies = sent;
  await say(bob, text("* ramen", { "m.new_content": text("ramen"), ...relatesTo(RelationType.Replace, sent[2] ?? "") }));
  await say(alice, text("* what about dinner?", { "m.new_content": text("what about dinner?"), ...relatesTo(RelationType.Replace, root) }));
  reaction = (await bob.client.sendEvent(roomId, EventType.Reaction, relatesTo(RelationType.Annotation, root, { key: "👍" }) as never))
    .event_id;
  const other = await say(bob, text("another thread"));
  await say(alice, text("in it", relatesTo(RelationType.Thread, other)));
  for (let i = 0; i < 30; i++) await say(alice, text(`later ${i}`));
}, 60_000);
afterAll(async () => {
  for (const session of [alice, bob]) await session?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

describe("a fresh session of matrix-js-sdk 43", () => {
  let fresh: ElementSession;
  let room: Room;
  beforeAll(async () => {
    fresh = await open("bob", "bob-fresh");
    room = await waitUntil(() => fresh.client.getRoom(roomId));
  });
  afterAll(() => fresh?.[Symbol.asyncDispose]());

  it("has not loaded the thread, and uses what the server offers for it", () => {
    expect(room.findEventById(root)).toBeUndefined();
    expect([Thread.hasServerSideSupport, Thread.hasServerSideListSupport].map(Boolean)).toEqual([true, true]);
  });

  it("lists the threads, all of them and those of the user, with their numbers of replies and their last ones", async () => {
    await room.createThreadsTimelineSets();
    await room.fetchRoomThreads();
    const threads = await waitUntil(() => room.getThreads().length === 2 && room.getThreads());
    const thread = threads.find(({ id }) => id === root);
    expect([thread?.length, thread?.hasCurrentUserParticipated]).toEqual([3, true]);
    expect(thread?.replyToEvent?.getId()).toBe(replies[2]);
    expect(thread?.rootEvent?.getContent()["body"]).toBe("what about dinner?");
    const listed = (filter: ThreadFilterType): readonly (string | undefined)[] =>
      (filter === ThreadFilterType.All ? room.threadsTimelineSets[0] : room.threadsTimelineSets[1])
        ?.getLiveTimeline()
        .getEvents()
        .map((event: MatrixEvent) => event.getId()) ?? [];
    expect(listed(ThreadFilterType.All)).toHaveLength(2);
    expect(listed(ThreadFilterType.My)).toHaveLength(2);
  });

  it("reads the thread with every reply, each as it was last edited", async () => {
    const thread = room.getThread(root);
    if (!thread) throw new Error("there is no thread");
    await waitUntil(() => thread.initialEventsFetched);
    await fresh.client.paginateEventTimeline(thread.liveTimeline, { backwards: true });
    const bodies = await waitUntil(() => {
      const shown = thread.timeline
        .filter((event) => event.isRelation(RelationType.Thread))
        .map((event) => event.getContent()["body"] as unknown);
      return shown.at(-1) === "ramen" && shown;
    });
    expect(bodies).toEqual(["pizza", "pasta", "ramen"]);
  });

  it("finds the reactions to a message, and every edit of it", async () => {
    const reactions = await fresh.client.relations(roomId, root, RelationType.Annotation, EventType.Reaction);
    expect(reactions.events.map((event) => event.getId())).toEqual([reaction]);
    const edits = await fresh.client.relations(roomId, root, RelationType.Replace, EventType.RoomMessage, { dir: Direction.Backward });
    expect(edits.events.map((event) => event.getContent()["m.new_content"]?.body as unknown)).toEqual(["what about dinner?"]);
    expect(edits.originalEvent?.getId()).toBe(root);
  });

  it("jumps to a message by its link, and from there to older and newer ones", async () => {
    const timeline = await fresh.client.getEventTimeline(room.getUnfilteredTimelineSet(), root);
    const shown = (): readonly unknown[] => timeline?.getEvents().map((event) => event.getId()) ?? [];
    expect(shown()).toContain(root);
    if (!timeline) throw new Error("there is no timeline");
    for (let i = 0; i < 5 && !timeline.getEvents().some((event) => event.getContent()["body"] === "later 0"); i++)
      await fresh.client.paginateEventTimeline(timeline, { backwards: false });
    expect(timeline.getEvents().map((event) => event.getContent()["body"] as unknown)).toContain("later 0");
  });

  it("jumps to a date", async () => {
    const found = await fresh.client.timestampToEvent(roomId, saidAt, Direction.Backward);
    expect(found.origin_server_ts).toBeLessThanOrEqual(saidAt);
    expect([root, ...replies]).toContain(found.event_id);
  });

  it("was refused nothing as unrecognised that belongs to threads", () => {
    const asked = proxy.requests.filter(({ path }) => /\/(relations|threads|context|timestamp_to_event)(\/|$)/.test(path));
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([200]));
    for (const part of ["/relations/", "/threads", "/context/", "/timestamp_to_event"])
      expect([part, asked.some(({ path }) => path.includes(part))]).toEqual([part, true]);
  });
});
