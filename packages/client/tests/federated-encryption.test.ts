/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Encrypted rooms of clients on different servers, all on one clock, between which things go wrong: once all is well again everybody reads
// everything.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Client, createClient, type Room, silentLogger } from "@patrix/client";
import { testFederation, type TestFederation, type TestHomeserver } from "@patrix/homeserver/testing";
import { roomOf } from "./encrypted-rooms.ts";

const HOUR_MS = 3_600_000;
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("say" as const), by: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("part" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("storm" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("heal" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 100, max: HOUR_MS / 4 }) }) },
);

/** A client on a server, and what it has read. */
class Reader {
  readonly client: Client;
  readonly read: string[] = [];

  private constructor(client: Client) {
    this.client = client;
    client.on("m.room.message", ({ text }) => void this.read.push(text ?? ""));
  }

  static async logIn({ clock }: TestFederation, server: TestHomeserver, user: string): Promise<Reader> {
    const client = await createClient(server.url, { fetch: server.fetch, clock, logger: silentLogger, encryption: true });
    // Its engine is loaded in the machine's time.
    await client.login.password(user, "secret");
    await client.start();
    return new Reader(client);
  }
}

it("what was said in an encrypted room is read on the other server, whatever was between them, and by a device that came meanwhile", async () => {
  const counts = new Map<string, number>();
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  await using federation = await testFederation({ seed: 3 });
  const { clock, faults, servers } = federation;
  const [a = expect.unreachable(), b = expect.unreachable()] = servers;
  await a.register("ann");
  await b.register("bob");
  const [ann, bob] = [await Reader.logIn(federation, a, "ann"), await Reader.logIn(federation, b, "bob")];
  let said = 0;
  const sayAll = async (readers: readonly { readonly room: Room; readonly reader: Reader }[]): Promise<void> => {
    const texts: string[] = [];
    for (const { room } of readers) {
      texts.push(`m${said}`);
      await clock.until(room.send.text(`m${said++}`));
    }
    const isRead = (): boolean => readers.every(({ reader }) => texts.every((text) => reader.read.includes(text)));
    await clock.runUntil(isRead, { limitMs: HOUR_MS });
  };
  const property = fc.asyncProperty(fc.noShrink(fc.array(step, { minLength: 10, maxLength: 20 })), async (steps) => {
    faults.heal();
    const [annRoom, bobRoom] = await clock.until(roomOf(ann.client, bob.client));
    const pairs = [
      { room: annRoom, reader: ann },
      { room: bobRoom, reader: bob },
    ];
    // Whose server could never be asked for keys cannot be written to.
    await sayAll(pairs);
    const texts: string[] = [];
    for (const one of steps) {
      if (one.kind === "say") {
        texts.push(`m${said}`);
        await clock.until(pairs[one.by]?.room.send.text(`m${said++}`) ?? expect.unreachable());
      } else if (one.kind === "part") faults.part([a.serverName], [b.serverName]);
      else if (one.kind === "storm") faults.rates = { lost: 0.2, unanswered: 0.2, twice: 0.2, late: 0.3, lateMs: 5_000 };
      else if (one.kind === "heal") faults.heal();
      else await clock.advance(one.ms);
      count(one.kind);
    }
    faults.heal();
    await clock.runUntil(() => [ann, bob].every(({ read }) => texts.every((text) => read.includes(text))), { limitMs: 4 * HOUR_MS });
    const phone = await Reader.logIn(federation, b, "bob");
    await sayAll(pairs);
    // Nobody can write to a device that they have not heard of, nor for a while where its keys could not be had: it reads what comes then.
    let isHeard = false;
    for (let round = 0; round < 5 && !isHeard; round++) {
      await clock.advance(HOUR_MS / 6);
      const before = said;
      for (const { room } of pairs) await clock.until(room.send.text(`m${said++}`));
      await clock.advance(1_000);
      isHeard = [before, before + 1].every((number) => phone.read.includes(`m${number}`));
    }
    expect(isHeard).toBe(true);
    await clock.until(phone.client.stop());
  });
  await fc.assert(property, { numRuns: 3 });
  await clock.until(Promise.all([ann, bob].map(({ client }) => client.stop())));
  for (const [fault, times] of Object.entries(faults.counts)) counts.set(fault, times);
  expect(counts.get("say")).toBeGreaterThan(8);
  expect((counts.get("parted") ?? 0) + (counts.get("lost") ?? 0) + (counts.get("unanswered") ?? 0)).toBeGreaterThan(3);
}, 120_000);
