/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Keys of servers over days, on one clock.
import { expect, it } from "vitest";
import { TestClock, testHomeserver, TestNetwork, TestPeer } from "../../src/testing/index.ts";
import { eve, rules, version } from "../federation/federated.ts";
import { clockedRoom, DAY_MS, type Member, MINUTE_MS, say, textsOf } from "./clocked-room.ts";

it("keys are fetched again once they are not valid any more, and not before", async () => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example"] });
  const { clock, network, room, members } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable()] = members;
  const fetches = (): number =>
    network.requests.filter(({ from, target }) => from === "b.example" && target.startsWith("/_matrix/key/")).length;
  const known = fetches();
  for (let day = 0; day < 10; day++) {
    await say(ann, room, `day ${day}`);
    await clock.advance(DAY_MS);
  }
  expect((await textsOf(bob, room)).length).toBe(10);
  // Those of a server of ours are valid for a day, and at its end they still are.
  expect(fetches() - known).toBeGreaterThanOrEqual(4);
  expect(fetches() - known).toBeLessThanOrEqual(6);
});

it("what cannot be checked for lack of keys is taken once they can be had, and is asked for less and less often until then", async () => {
  const clock = new TestClock();
  const network = new TestNetwork({ clock });
  await using server = await testHomeserver({ serverName: "a.example", network, clock });
  const alice = await server.register("alice");
  const peer = new TestPeer("peer.example", network);
  const room = await server.createRoom(alice, { room_version: version });
  const joined = await peer.join(server, room, eve, rules, version);
  // Its keys are valid for an hour.
  await clock.advance(DAY_MS);
  const draft = { type: "m.room.message", sender: eve, room_id: room, origin_server_ts: clock.now(), content: { body: "hello" } };
  const { pdu, eventId } = peer.build(draft, { prevEvents: [joined.join.eventId], authEvents: joined.authEvents, depth: 10 }, rules);
  network.fault = ({ target }) => (target.startsWith("/_matrix/key/") ? "lost" : undefined);
  const askedBefore = network.requests.length;
  let refused = 0;
  // Every ten seconds for an hour.
  for (let sent = 0; sent < 360; sent++) {
    const { status, body } = await clock.until(peer.send(server, [pdu]));
    if (status !== 200 || body["pdus"]?.[eventId]?.["error"] !== undefined) refused++;
    await clock.advance(10_000);
  }
  const asked = network.requests.slice(askedBefore).filter(({ target }) => target.startsWith("/_matrix/key/")).length;
  expect([refused, asked > 8, asked < 25]).toEqual([360, true, true]);
  network.fault = undefined;
  await clock.advance(5 * MINUTE_MS);
  expect(await clock.until(peer.send(server, [pdu]))).toMatchObject({ status: 200, body: { pdus: { [eventId]: {} } } });
  expect((await server.requestAs(alice, "GET", `/rooms/${room}/event/${eventId}`)).status).toBe(200);
});

it("while a server cannot be reached, whoever hands on its events says that its keys are still valid: what follows them is not taken without them", async () => {
  await using together = await clockedRoom({ servers: ["a.example", "b.example", "c.example"] });
  const { clock, faults, room, members } = together;
  const [ann = expect.unreachable(), bob = expect.unreachable(), cem = expect.unreachable()] = members;
  const topic = async ({ server, user }: Member): Promise<unknown> =>
    (await server.requestAs<{ readonly topic?: string }>(user, "GET", `/rooms/${room}/state/m.room.topic/`)).body.topic;
  const power = { users: Object.fromEntries(members.map(({ user: { userId } }) => [userId, userId === ann.user.userId ? 100 : 50])) };
  const set = async ({ server, user }: Member, type: string, content: object): Promise<void> =>
    expect(await server.requestAs(user, "PUT", `/rooms/${room}/state/${type}/`, content)).toMatchObject({ status: 200 });
  await set(ann, "m.room.power_levels", power);
  await clock.advance(2 * DAY_MS);
  // What the others keep of the keys of the third one is too old for what it sends now.
  faults.part(["b.example"], ["c.example"]);
  await set(cem, "m.room.topic", { topic: "of the third" });
  await clock.advance(MINUTE_MS);
  await say(ann, room, "what follows");
  await clock.advance(MINUTE_MS);
  expect([await topic(ann), await topic(bob), await textsOf(bob, room)]).toEqual(["of the third", "of the third", ["what follows"]]);
});
