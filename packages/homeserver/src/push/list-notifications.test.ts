import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { testHomeserver, type TestHomeserver, type TestUser } from "../testing/index.ts";

interface Listed {
  readonly next_token?: string;
  readonly notifications: readonly {
    readonly actions: readonly unknown[];
    readonly event: { readonly event_id: string; readonly content: { readonly body?: string } };
    readonly read: boolean;
    readonly room_id: string;
  }[];
}

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let room = "";
let count = 0;

beforeAll(async () => {
  server = await testHomeserver();
  alice = await server.register("alice");
});
beforeEach(async () => {
  bob = await server.register(`bob${count++}`);
  room = await roomWithBob();
});
afterAll(() => server[Symbol.asyncDispose]());

async function roomWithBob(): Promise<string> {
  const made = await server.createRoom(alice);
  await server.requestAs(bob, "POST", `/join/${encodeURIComponent(made)}`, {});
  return made;
}

async function say(body: string, more: object = {}, { sender = alice, where = room } = {}): Promise<string> {
  const path = `/rooms/${encodeURIComponent(where)}/send/m.room.message/${count++}`;
  const answer = await server.requestAs(sender, "PUT", path, { msgtype: "m.text", body, ...more });
  return String(answer.body["event_id"]);
}

const mention = () => ({ "m.mentions": { user_ids: [bob.userId] } });
const list = async (more = "") => (await server.requestAs<Listed>(bob, "GET", `/notifications${more}`)).body;
const bodies = ({ notifications }: Listed) => notifications.map(({ event }) => event.content.body);

describe("the list of notifications", () => {
  it("has what notified the user in all rooms, newest first, with what the rules did", async () => {
    const other = await roomWithBob();
    await say("one");
    await say("two", mention(), { where: other });
    await say("quiet", { msgtype: "m.notice" });
    await say("mine", {}, { sender: bob, where: other });
    await say("three");
    const listed = await list();
    expect(bodies(listed)).toEqual(["three", "two", "one"]);
    expect(listed.next_token).toBeUndefined();
    expect(listed.notifications.map(({ room_id }) => room_id)).toEqual([room, other, room]);
    // They are alone with Alice.
    const aloud = ["notify", { set_tweak: "sound", value: "default" }];
    const actions = listed.notifications.map((notification) => notification.actions);
    expect(actions).toEqual([aloud, [...aloud, { set_tweak: "highlight" }], aloud]);
    expect(bodies(await list("?only=highlight"))).toEqual(["two"]);
  });

  it("comes in pages, each notification once", async () => {
    const other = await roomWithBob();
    for (let i = 0; i < 7; i++) await say(`${i}`, i % 3 === 0 ? mention() : {}, { where: i % 2 === 0 ? room : other });
    const seen: (string | undefined)[] = [];
    let from = "";
    for (let page = 0; page < 10; page++) {
      const listed = await list(`?limit=2${from}`);
      expect(listed.notifications.length).toBeLessThanOrEqual(2);
      seen.push(...bodies(listed));
      if (listed.next_token === undefined) break;
      from = `&from=${listed.next_token}`;
    }
    expect(seen).toEqual(["6", "5", "4", "3", "2", "1", "0"]);
    expect(bodies(await list("?only=highlight&limit=1"))).toEqual(["6"]);
  });

  it("tells what was read: by a receipt for the room, for a thread, or by what the user sent", async () => {
    const first = await say("first");
    await say("threaded", { "m.relates_to": { rel_type: "m.thread", event_id: first } });
    await say("second");
    const read = async (eventId: string, body: object) =>
      server.requestAs(bob, "POST", `/rooms/${encodeURIComponent(room)}/receipt/m.read.private/${encodeURIComponent(eventId)}`, body);
    const reads = async () => (await list()).notifications.map(({ event, read: isRead }) => [event.content.body, isRead]);
    await read(first, { thread_id: "main" });
    expect(await reads()).toEqual([
      ["second", false],
      ["threaded", false],
      ["first", true],
    ]);
    await say("an answer", {}, { sender: bob });
    expect(await reads()).toEqual([
      ["second", true],
      ["threaded", false],
      ["first", true],
    ]);
    const last = await say("third");
    await read(last, {});
    expect((await reads()).map(([, isRead]) => isRead)).toEqual([true, true, true, true]);
  });

  it("has nothing redacted, nothing of rooms that were left, and nothing from before the user joined", async () => {
    const other = await roomWithBob();
    await say("in the other", mention(), { where: other });
    const redacted = await say("redacted", mention());
    await say("stays");
    await server.requestAs(alice, "PUT", `/rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(redacted)}/${count++}`, {});
    expect(bodies(await list())).toEqual(["stays", "in the other"]);
    await server.requestAs(bob, "POST", `/rooms/${encodeURIComponent(other)}/leave`, {});
    expect(bodies(await list())).toEqual(["stays"]);
    bob = await server.register(`bob${count++}`);
    await server.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}`, {});
    expect(bodies(await list())).toEqual([]);
  });

  it("has at most so many in a page", async () => {
    const limit = limits.notificationsPage.value;
    for (let i = 0; i <= limit; i++) await say(`${i}`);
    expect((await list(`?limit=${limit + 1}`)).notifications).toHaveLength(limit);
  });

  it("refuses a token that is none, and a limit below one", async () => {
    for (const more of ["?from=x", "?from=n!", "?from=n99999999999999", "?limit=0"])
      expect([more, await server.requestAs(bob, "GET", `/notifications${more}`)]).toMatchObject([
        more,
        { status: 400, body: { errcode: "M_INVALID_PARAM" } },
      ]);
  });

  it("follows rules that have changed since, for what comes", async () => {
    await say("before");
    await server.requestAs(bob, "PUT", `/pushrules/global/room/${encodeURIComponent(room)}`, { actions: [] });
    await say("muted");
    await say("called", mention());
    const listed = await list();
    expect(bodies(listed)).toEqual(["called", "before"]);
    expect(listed.notifications[1]?.actions).toEqual(["notify"]);
  });
});
