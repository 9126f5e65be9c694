/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What a server fetches that lies before the join of its first user is history, and nothing new.
import { expect, it } from "vitest";
import { testFederation, type TestFederation } from "../../src/testing/index.ts";
import { type Member, MINUTE_MS, say, textsOf } from "./clocked-room.ts";

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Readonly<
      Record<
        string,
        { readonly timeline: { readonly events: readonly { readonly type: string; readonly content: { readonly body?: string } }[] } }
      >
    >;
  };
}

const bodiesOf = ({ rooms }: SyncAnswer, room: string): string[] =>
  (rooms?.join?.[room]?.timeline.events ?? []).map(({ type, content }) => content.body ?? type);

/** Three servers, of which the first and the third are in a room in which something has been said. */
async function talked(): Promise<Talked> {
  const together = await testFederation({ servers: ["a.example", "b.example", "c.example"] });
  const { clock, faults } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable(), cem = expect.unreachable()] = await Promise.all(
    together.servers.map(async (server): Promise<Member> => ({ server, user: await server.register("user") })),
  );
  const room = await ann.server.createRoom(ann.user, { room_version: "11" });
  const join = async ({ server, user }: Member): Promise<void> => {
    expect(await clock.until(server.requestAs(user, "POST", `/join/${room}?via=a.example`, {}))).toMatchObject({ status: 200 });
    await clock.settle();
  };
  await join(cem);
  const talk = async (name: string, count = 10): Promise<string[]> => {
    const bodies = Array.from({ length: count }, (_, i) => `${name} ${i}`);
    for (const [i, body] of bodies.entries()) {
      await say(i % 2 === 0 ? ann : cem, room, body);
      await clock.settle();
    }
    return bodies;
  };
  const sync = async (since?: string): Promise<SyncAnswer> =>
    (await bob.server.requestAs<SyncAnswer>(bob.user, "GET", `/sync${since === undefined ? "" : `?since=${since}`}`)).body;
  /** Has the second server's user join while the third server says what neither of them is sent, and then what follows that. */
  const joinMeanwhile = async (): Promise<string[]> => {
    // It is said before the third server knows of the join, and so the second one does not get it.
    faults.part(["a.example"], ["c.example"]);
    await say(cem, room, "meanwhile");
    await clock.settle();
    await join(bob);
    const { next_batch: joined } = await sync();
    faults.heal();
    await clock.advance(60 * MINUTE_MS);
    await say(cem, room, "after it");
    await clock.advance(MINUTE_MS);
    return bodiesOf(await sync(joined), room);
  };
  return { ...together, bob, room, join, talk, joinMeanwhile };
}

interface Talked extends TestFederation {
  readonly bob: Member;
  readonly room: string;
  readonly join: (member: Member) => Promise<void>;
  /** Lets the first and the third server's users say something in turn. */
  readonly talk: (name: string, count?: number) => Promise<string[]>;
  /** @returns What the sync of the second server's user tells from the join on. */
  readonly joinMeanwhile: () => Promise<string[]>;
}

it("what was said before a server joined comes to nobody's sync when something follows it that was on its way at that time", async () => {
  await using together = await talked();
  const { clock, bob, room, talk, joinMeanwhile } = together;
  const old = await talk("old");
  expect(await joinMeanwhile()).toEqual(["meanwhile", "after it"]);
  // All of it is there for whoever reads back.
  expect(await clock.until(textsOf(bob, room))).toEqual([...old, "meanwhile", "after it"]);
});

it("a server that comes back finds what was said while it was away where it belongs, and takes nothing of that for news", async () => {
  await using together = await talked();
  const { clock, bob, room, join, talk, joinMeanwhile } = together;
  const old = await talk("old");
  await join(bob);
  const first = await talk("first");
  // Read back to the beginning, so that nothing but what comes is missing.
  expect(await clock.until(textsOf(bob, room))).toEqual([...old, ...first]);
  expect(await clock.until(bob.server.requestAs(bob.user, "POST", `/rooms/${room}/leave`, {}))).toMatchObject({ status: 200 });
  // Of a leave and a join at the same time on two branches chance would decide.
  await clock.advance(MINUTE_MS);
  const away = await talk("away", 150);
  expect(await joinMeanwhile()).toEqual(["meanwhile", "after it"]);
  expect(await clock.until(textsOf(bob, room))).toEqual([...old, ...first, ...away, "meanwhile", "after it"]);
  const last = await talk("last");
  expect(await clock.until(textsOf(bob, room))).toEqual([...old, ...first, ...away, "meanwhile", "after it", ...last]);
});
