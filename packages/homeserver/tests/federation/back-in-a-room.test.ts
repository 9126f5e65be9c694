// What was said while a server was out of a room is history once it is back, also after a restart.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuiltPdu } from "@patrix/signatures";
import { expect, it } from "vitest";
import { testHomeserver, TestNetwork, TestPeer } from "../../src/testing/index.ts";
import { eve, handRoom, rules, timelineOf, version } from "./federated.ts";

const room = "!left:peer.example";
interface Synced {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Readonly<
      Record<string, { readonly timeline: { readonly events: readonly { readonly content: { body?: string } }[] } }>
    >;
  };
}

it("what was said while it was away comes to no sync, where a profile has changed since the server is back", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "patrix-back-"));
  const network = new TestNetwork();
  const peer = new TestPeer("peer.example", network);
  let a = await testHomeserver({ serverName: "a.example", network, dataDir });
  const alice = await a.register("alice");
  const joinRoom = async (): Promise<void> =>
    expect((await a.requestAs(alice, "POST", `/join/${encodeURIComponent(room)}?via=peer.example`, {})).status).toBe(200);
  const built = handRoom(peer, alice.userId, { room, members: [eve] });
  const [create, hers, joinRules] = built.map(({ eventId }) => eventId);
  const says = (body: string, prevEvents: string[], depth: number): BuiltPdu => {
    const draft = {
      type: "m.room.message",
      sender: eve,
      room_id: room,
      origin_server_ts: Date.now(),
      content: { msgtype: "m.text", body },
    };
    return peer.build(draft, { prevEvents, authEvents: [create ?? "", hers ?? ""], depth }, rules);
  };
  await joinRoom();
  expect((await a.requestAs(alice, "POST", `/rooms/${room}/leave`, {})).status).toBe(200);
  // It comes back after some more was said.
  const away = says("away", [built.at(-1)?.eventId ?? ""], 50);
  const draft = { type: "m.room.member", room_id: room, state_key: alice.userId, sender: alice.userId, content: { membership: "join" } };
  const event = { ...draft, prev_events: [away.eventId], auth_events: [create, joinRules], depth: 60 };
  peer.answers.set("/make_join/", () => ({ status: 200, body: { room_version: version, event } }));
  await joinRoom();
  await a.stop();
  a = await testHomeserver({ serverName: "a.example", network, dataDir });
  for (const displayname of ["Alice", "Alicia"])
    expect((await a.requestAs(alice, "PUT", `/profile/${alice.userId}/displayname`, { displayname })).status).toBe(200);
  const nameOf = async (): Promise<unknown> =>
    (await a.requestAs(alice, "GET", `/rooms/${room}/state/m.room.member/${alice.userId}`)).body["displayname"];
  await expect.poll(nameOf).toBe("Alicia");
  await a.stop();
  a = await testHomeserver({ serverName: "a.example", network, dataDir });

  const { body: before } = await a.requestAs<Synced>(alice, "GET", "/sync");
  const missed = says("missed", [away.eventId], 51);
  const news = says("news", [missed.eventId], 70);
  const ids = built.map(({ eventId }) => eventId);
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [missed.pdu] } }));
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  expect((await peer.send(a, [news.pdu])).body["pdus"]).toEqual({ [news.eventId]: {} });
  const { body: after } = await a.requestAs<Synced>(alice, "GET", `/sync?since=${before.next_batch}`);
  const told = after.rooms?.join?.[room]?.timeline.events.flatMap(({ content }) => content.body ?? []);
  expect(told).toEqual(["news"]);
  expect(await timelineOf(a, alice, room)).toEqual(["missed", "news"]);
  await a.stop();
  await rm(dataDir, { recursive: true });
});
