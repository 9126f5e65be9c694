/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Client, createClient, silentLogger } from "@patrix/client";
import { type Fault, faultFetch } from "./fault-fetch.ts";
import { localHomeserver } from "@patrix/homeserver/testing";

const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };
const anyFaults = fc.array(fc.constantFrom<Fault>("none", "drop-request", "drop-response", "duplicate", "500", "429", "cut"), {
  maxLength: 25,
});

it("every message arrives once and in order, whatever happens to requests to send and to sync", async () => {
  await using server = await localHomeserver(["ann", "bob"]);
  const sendFaults: Fault[] = [];
  const syncFaults: Fault[] = [];
  const logIn = async (user: string, faults: Fault[], applies: (path: string) => boolean): Promise<Client> => {
    const client = await createClient("example.org", { fetch: faultFetch(server.fetch, faults, applies), clock, logger: silentLogger });
    await client.login.password(user, `${user}-password`);
    await client.start();
    return client;
  };
  await using ann = await logIn("ann", sendFaults, (path) => path.includes("/send/"));
  await using bob = await logIn("bob", syncFaults, (path) => path.endsWith("/sync"));
  const room = await ann.rooms.create({ invite: [bob.userId] });
  await bob.rooms.invites.until((list) => list.length > 0);
  const bobRoom = await bob.rooms.join(room.id);
  await room.info.until(() => room.members.get(bob.userId)?.membership === "join");
  let round = 0;
  const check = async (sending: Fault[], syncing: Fault[]): Promise<void> => {
    sendFaults.splice(0, Infinity, ...sending);
    syncFaults.splice(0, Infinity, ...syncing);
    round += 1;
    const wanted = Array.from({ length: 6 }, (_, index) => `${round}.${index}`);
    const heard: (string | undefined)[] = [];
    using _ = bobRoom.on("m.room.message", (event) => heard.push(event.text));
    const events = bobRoom.events("m.room.message")[Symbol.asyncIterator]();
    const sendings = wanted.map((text) => room.send.text(text));
    while (heard.length < wanted.length) await events.next();
    await events.return?.();
    expect([new Set(await Promise.all(sendings)).size, heard]).toEqual([wanted.length, wanted]);
  };
  await fc.assert(fc.asyncProperty(anyFaults, anyFaults, check), { numRuns: 15 });
});
