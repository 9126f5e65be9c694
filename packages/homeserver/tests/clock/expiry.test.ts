/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What ends, or comes, after a while: on one clock, within a server and between two.
import { expect, it } from "vitest";
import { TestClock, testHomeserver } from "../../src/testing/index.ts";
import { clockedRoom, DAY_MS, HOUR_MS, type Member, MINUTE_MS, say, textsOf } from "./clocked-room.ts";

interface Sync {
  readonly next_batch: string;
  readonly presence?: { readonly events?: readonly { readonly sender: string; readonly content: { readonly presence: string } }[] };
  readonly rooms?: {
    readonly join?: Readonly<
      Record<
        string,
        {
          readonly ephemeral?: {
            readonly events: readonly { readonly type: string; readonly content: { readonly user_ids: readonly string[] } }[];
          };
        }
      >
    >;
  };
}

async function sync({ server, user }: Member, query = ""): Promise<Sync> {
  return (await server.requestAs<Sync>(user, "GET", `/sync?${query}`)).body;
}

/** Who types in a room, as a whole sync says it. */
async function typing(member: Member, room: string): Promise<readonly string[]> {
  const { rooms } = await sync(member);
  return rooms?.join?.[room]?.ephemeral?.events.find(({ type }) => type === "m.typing")?.content.user_ids ?? [];
}

it("typing ends when its time is over, here and on the other server, which is told again as long as it goes on", async () => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example"] });
  const { clock, room, members } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable()] = members;
  const path = `/rooms/${room}/typing/${ann.user.userId}`;
  await ann.server.requestAs(ann.user, "PUT", path, { typing: true, timeout: 90_000 });
  await clock.advance(1_000);
  expect([await typing(ann, room), await typing(bob, room)]).toEqual([[ann.user.userId], [ann.user.userId]]);
  await clock.advance(88_000);
  expect(await typing(ann, room)).toEqual([ann.user.userId]);
  await clock.advance(2_000);
  expect([await typing(ann, room), await typing(bob, room)]).toEqual([[], []]);
});

it("typing that nobody ends, since its server has gone, ends by itself", async () => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example"] });
  const { clock, faults, room, members } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable()] = members;
  await ann.server.requestAs(ann.user, "PUT", `/rooms/${room}/typing/${ann.user.userId}`, { typing: true, timeout: 120_000 });
  await clock.advance(1_000);
  expect(await typing(bob, room)).toEqual([ann.user.userId]);
  faults.part(["a.example"], ["b.example"]);
  await clock.advance(3 * MINUTE_MS);
  expect(await typing(bob, room)).toEqual([]);
});

it("a delayed event comes after a day, on every server, and not a second before", async () => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example"] });
  const { clock, room, members } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable()] = members;
  const path = `/rooms/${room}/send/m.room.message/later?org.matrix.msc4140.delay=${DAY_MS}`;
  expect(await ann.server.requestAs(ann.user, "PUT", path, { msgtype: "m.text", body: "a day later" })).toMatchObject({ status: 200 });
  await clock.advance(DAY_MS - 1_000);
  expect([await textsOf(ann, room), await textsOf(bob, room)]).toEqual([[], []]);
  await clock.advance(1_000);
  expect([await textsOf(ann, room), await textsOf(bob, room)]).toEqual([["a day later"], ["a day later"]]);
});

it("a sync that waits in vain is answered when its time is over, and one that is woken at once", async () => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example"] });
  const { clock, room, members } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable()] = members;
  const { next_batch: since } = await sync(bob);
  const askedTs = clock.now();
  const answer = await clock.until(sync(bob, `since=${since}&timeout=30000`));
  expect([answer.rooms?.join, clock.now() - askedTs]).toEqual([undefined, 30_000]);
  const woken = sync(bob, `since=${answer.next_batch}&timeout=30000`);
  await clock.advance(10_000);
  await say(ann, room, "wake up");
  const { rooms } = await woken;
  expect([Object.keys(rooms?.join ?? {}), clock.now() - askedTs]).toEqual([[room], 40_000]);
});

it("who is there is idle after five minutes, and gone once nobody syncs any more, for the other server too", async () => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example"], config: { presence: { enabled: true } } });
  const { clock, members } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable()] = members;
  const presence = async (): Promise<unknown> =>
    (await bob.server.requestAs(bob.user, "GET", `/presence/${ann.user.userId}/status`)).body["presence"];
  let since = (await sync(ann)).next_batch;
  await clock.advance(2_000);
  expect(await presence()).toBe("online");
  for (let round = 0; round < 12; round++) since = (await clock.until(sync(ann, `since=${since}&timeout=30000`))).next_batch;
  await clock.advance(5_000);
  expect(await presence()).toBe("unavailable");
  await clock.advance(2 * MINUTE_MS);
  expect(await presence()).toBe("offline");
});

it("an access token that can be refreshed ends after an hour, and what it is refreshed by does not", async () => {
  const clock = new TestClock();
  await using server = await testHomeserver({ clock });
  await server.register("ann");
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: "ann" }, password: "secret", refresh_token: true };
  const { body } = await server.request("POST", "/_matrix/client/v3/login", login);
  const status = async (token: unknown): Promise<number> =>
    (await server.request("GET", "/_matrix/client/v3/account/whoami", undefined, String(token))).status;
  await clock.advance(HOUR_MS - 1_000);
  expect(await status(body["access_token"])).toBe(200);
  await clock.advance(1_000);
  expect(await status(body["access_token"])).toBe(401);
  const again = await server.request("POST", "/_matrix/client/v3/refresh", { refresh_token: body["refresh_token"] });
  expect(await status(again.body["access_token"])).toBe(200);
});

it("limits of rates give way with the clock", async () => {
  const clock = new TestClock();
  await using server = await testHomeserver({ clock, config: { rate_limits: { enabled: true } } });
  const logIn = async (): Promise<{ status: number; waitMs: number }> => {
    const { status, body } = await server.request("POST", "/_matrix/client/v3/login", {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: "ann" },
      password: "wrong",
    });
    return { status, waitMs: Number(body["retry_after_ms"] ?? 0) };
  };
  let refused = await logIn();
  for (let tries = 0; tries < 100 && refused.status !== 429; tries++) refused = await logIn();
  expect([refused.status, refused.waitMs > 0]).toEqual([429, true]);
  expect((await logIn()).status).toBe(429);
  await clock.advance(refused.waitMs);
  expect((await logIn()).status).not.toBe(429);
});

it("messages that are over age are removed by the job that comes every hour", async () => {
  const clock = new TestClock();
  await using server = await testHomeserver({ clock, config: { retention: { enabled: true, default_policy: { max_lifetime: "7d" } } } });
  const user = await server.register("ann");
  const room = await server.createRoom(user);
  const member = { server, user };
  await say(member, room, "old");
  await clock.advance(6 * DAY_MS);
  await say(member, room, "new");
  expect(await textsOf(member, room)).toEqual(["old", "new"]);
  await clock.advance(DAY_MS + HOUR_MS);
  expect(await textsOf(member, room)).toEqual(["new"]);
});
