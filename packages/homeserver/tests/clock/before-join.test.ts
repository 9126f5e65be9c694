/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What a server fetches that lies before the join of its first user is history, and nothing new.
import { expect, it } from "vitest";
import { testFederation } from "../../src/testing/index.ts";
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

it("what was said before a server joined comes to nobody's sync when something follows it that was on its way at that time", async () => {
  await using together = await testFederation({ servers: ["a.example", "b.example", "c.example"] });
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
  const old: string[] = [];
  for (let i = 0; i < 10; i++) {
    const body = `old ${i}`;
    await say(i % 2 === 0 ? ann : cem, room, body);
    await clock.settle();
    old.push(body);
  }
  // It is said before the third server knows of the join, and so the second one does not get it.
  faults.part(["a.example"], ["c.example"]);
  await say(cem, room, "meanwhile");
  await clock.settle();
  await join(bob);
  const sync = async (since?: string): Promise<SyncAnswer> =>
    (await bob.server.requestAs<SyncAnswer>(bob.user, "GET", `/sync${since === undefined ? "" : `?since=${since}`}`)).body;
  const { next_batch: joined } = await sync();
  faults.heal();
  await clock.advance(60 * MINUTE_MS);
  await say(cem, room, "after it");
  await clock.advance(MINUTE_MS);
  const { rooms } = await sync(joined);
  const events = rooms?.join?.[room]?.timeline.events ?? [];
  expect(events.map(({ type, content }) => content.body ?? type)).toEqual(["meanwhile", "after it"]);
  // All of it is there for whoever reads back.
  const read = await clock.until(textsOf(bob, room));
  expect(read.toSorted()).toEqual([...old, "meanwhile", "after it"].toSorted());
  expect(read.filter((text) => text.startsWith("old"))).toEqual(old);
  expect(read.slice(-2)).toEqual(["meanwhile", "after it"]);
});
