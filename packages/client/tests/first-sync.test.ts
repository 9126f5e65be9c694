/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it } from "vitest";
import { timerClock } from "@patrix/concurrency";
import { createClient, memoryStore, type Session, silentLogger } from "@patrix/client";

const me = "@me:example.org";
const session: Session = { userId: me, deviceId: "D", accessToken: "t", homeserver: "https://example.org" };
const timers = timerClock();
/** Waits for nothing but for what is stored when a client stops. */
const clock = { now: () => Date.now(), sleep: (ms: number, signal?: AbortSignal) => timers.sleep(ms === 10_000 ? ms : 0, signal) };

function room(id: string): object {
  const event = (type: string, state_key: string, content: object): object => {
    return { event_id: `$${type}-${id.slice(1)}`, type, state_key, sender: me, origin_server_ts: 1, content };
  };
  const message = {
    event_id: `$m-${id.slice(1)}`,
    type: "m.room.message",
    sender: me,
    origin_server_ts: 2,
    content: { msgtype: "m.text", body: "x".repeat(2_000) },
  };
  const state = [event("m.room.member", me, { membership: "join" }), event("m.room.name", "", { name: id })];
  return { state_after: { events: state }, timeline: { events: [message], limited: true, prev_batch: "p" } };
}

function answerOf(ids: readonly string[]): string {
  const account_data = { events: [{ type: "m.direct", content: { "@you:example.org": [ids.at(-1)] } }] };
  return JSON.stringify({ rooms: { join: Object.fromEntries(ids.map((id) => [id, room(id)])) }, account_data, next_batch: "s1" });
}

/** A server that gives these answers to the first polls, one after the other, and none to others. */
function serverOf(answers: string[]): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!url.pathname.endsWith("/sync")) return Response.json({ versions: ["v1.1"] });
    const answer = answers.shift();
    if (answer !== undefined) return new Response(answer, { headers: { "content-type": "application/json" } });
    return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
  };
}

const ids = Array.from({ length: 100 }, (_, at) => `!r${at}:example.org` as const);

describe("a first sync of many rooms", () => {
  it("is taken in some rooms at a time, and stored as a whole", async () => {
    const store = memoryStore();
    await using client = await createClient(session, { fetch: serverOf([answerOf(ids)]), clock, store, logger: silentLogger });
    const counts: number[] = [];
    using _ = client.rooms.list().subscribe(({ length }) => counts.push(length));
    await client.start();
    expect(counts.length).toBeGreaterThan(2);
    expect(counts.at(-1)).toBe(100);
    expect(client.rooms.get(ids[99] ?? expect.unreachable("there are 100"))?.isDirect).toBe(true);
    expect(client.rooms.list({ sort: "name" }).value.map(({ name }) => name)).toEqual(ids.toSorted(new Intl.Collator().compare));
    await client.stop();
    expect(await store.get("sync", "token")).toBe("s1");
    expect([...(await store.all("rooms")).keys()].sort()).toEqual(ids.toSorted());
    expect((await store.all("state")).size).toBe(200);
    expect((await store.all("timeline")).size).toBe(101);
  });

  it("leaves nothing behind where it breaks off: the next one begins anew", async () => {
    const store = memoryStore();
    const broken = answerOf(ids).replace('"!r90:example.org":{"state_after":{', '"!r90:example.org":{"state_after":{,');
    const fetch = serverOf([broken, answerOf(ids.slice(40))]);
    await using client = await createClient(session, { fetch, clock, store, logger: silentLogger });
    const counts: number[] = [];
    using _ = client.rooms.list().subscribe(({ length }) => counts.push(length));
    await client.start();
    expect(Math.max(...counts)).toBeGreaterThan(60);
    expect(counts).toContain(0);
    expect(client.rooms.list().value.length).toBe(60);
    await client.stop();
    expect((await store.all("rooms")).size).toBe(60);
  });
});
