// Other servers get of messages that are over age what a redaction leaves.
import { afterAll, beforeAll, expect, it } from "vitest";
import { eve, serverAndPeer, type ServerAndPeer } from "./federated.ts";

const MINUTE_MS = 60_000;
let now = Date.now();
let known: ServerAndPeer;
beforeAll(async () => {
  const config = { retention: { enabled: true, default_policy: { max_lifetime: "10m" } } };
  known = await serverAndPeer({
    clock: { now: () => now },
    config: { federation: { enabled: true, allow_private_targets: true }, ...config },
  });
});
afterAll(() => known.a[Symbol.asyncDispose]());

it("hides them from servers that are in the room, on every path", async () => {
  const { a, alice, peer, room } = known;
  const say = async (body: string): Promise<string> =>
    String((await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { msgtype: "m.text", body })).body["event_id"]);
  const [old, next] = [await say("secret"), await say("secret-too")];
  now += 20 * MINUTE_MS;
  const fresh = await say("fresh");
  const path = "/_matrix/federation/v1";
  const asked = {
    event: await peer.request(a, "GET", `${path}/event/${encodeURIComponent(old)}`),
    backfill: await peer.request(a, "GET", `${path}/backfill/${encodeURIComponent(room)}?v=${encodeURIComponent(fresh)}&limit=3`),
    missing: await peer.request(a, "POST", `${path}/get_missing_events/${encodeURIComponent(room)}`, {
      earliest_events: [],
      latest_events: [fresh],
      limit: 2,
    }),
    time: await peer.request(a, "GET", `${path}/timestamp_to_event/${encodeURIComponent(room)}?ts=${now}&dir=b`),
  };
  for (const [name, { status, body }] of Object.entries(asked)) {
    expect([name, status]).toEqual([name, 200]);
    expect(JSON.stringify(body), name).not.toContain("secret");
  }
  expect(asked.event.body["pdus"]).toMatchObject([{ type: "m.room.message", content: {}, sender: alice.userId }]);
  expect(asked.backfill.body["pdus"]).toHaveLength(3);
  expect(asked.missing.body["events"]).toHaveLength(2);
  expect(asked.time.body["event_id"]).toBe(fresh);
  const earlier = await peer.request(a, "GET", `${path}/timestamp_to_event/${encodeURIComponent(room)}?ts=${now - 15 * MINUTE_MS}&dir=b`);
  expect([old, next]).not.toContain(earlier.body["event_id"]);
  expect(known.joined.join.pdu["sender"]).toBe(eve);
});
