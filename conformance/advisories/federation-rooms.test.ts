import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultRoomVersionRules, getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { fromFederation } from "@patrix/signatures";
import { type JoinedRoom, type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { advisory, as, createRoom, say } from "./advisory.ts";

const eve = "@eve:peer.example";
const rulesOf = (version: string): RoomVersionRules => getRoomVersionRules(version) ?? defaultRoomVersionRules;
const path = (text: string): string => encodeURIComponent(text);
/** Versions in which events name others by their IDs alone, of each kind of rules. */
const versions = ["3", "6", "8", "10", "11", "12"];

let network: TestNetwork;
let server: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;

beforeAll(async () => {
  network = new TestNetwork();
  server = await testHomeserver({ serverName: "a.example", network });
  alice = await server.register("alice");
  peer = new TestPeer("peer.example", network);
  peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
});
afterAll(() => server[Symbol.asyncDispose]());

interface Inside extends JoinedRoom {
  readonly room: string;
  readonly version: string;
}

/** A room that Eve of the other server has joined. */
async function shared(version: string, settings: object = {}): Promise<Inside> {
  const room = await createRoom(as(server, alice), { preset: "public_chat", room_version: version, ...settings });
  return { room, version, ...(await peer.join(server, room, eve, rulesOf(version), version)) };
}

type Draft = Parameters<TestPeer["build"]>[0];
type Built = ReturnType<TestPeer["build"]>;

function event(
  { room, version, join: joined, authEvents }: Inside,
  draft: Partial<Draft>,
  at: Partial<Parameters<TestPeer["build"]>[1]> = {},
): Built {
  return peer.build(
    { type: "m.room.message", sender: eve, room_id: room, origin_server_ts: Date.now(), content: {}, ...draft },
    { prevEvents: [joined.eventId], authEvents: [...authEvents], depth: 20, ...at },
    rulesOf(version),
  );
}

const stateId = ({ state, version }: Inside, type: string, stateKey = ""): string =>
  state
    .filter((pdu) => pdu["type"] === type && pdu["state_key"] === stateKey)
    .map((pdu) => fromFederation(pdu, rulesOf(version)).eventId)[0] ?? "";
const memberId = (inside: Inside, userId: string): string => stateId(inside, "m.room.member", userId);

/** The state of a room as Alice reads it, by type and key. */
async function stateOf(room: string): Promise<Record<string, unknown>> {
  const { body } = await as(server, alice)("GET", `/rooms/${room}/state`);
  const events = body as unknown as { type: string; state_key: string; content: unknown }[];
  return Object.fromEntries(events.map(({ type, state_key: key, content }) => [`${type} ${key}`, content]));
}

/** The events that another server has sent and that were refused. */
async function refused(built: readonly Built[]): Promise<string[]> {
  const { body } = await peer.send(
    server,
    built.map(({ pdu }) => pdu),
  );
  const results = body["pdus"] as unknown as Record<string, { error?: string }>;
  return built.map(({ eventId }) => eventId).filter((eventId) => results[eventId]?.error !== undefined);
}

describe("advisories about rooms that other servers are in", () => {
  advisory(47, "no request goes to a private address, whatever name leads there", async () => {
    const federation = { enabled: true, allow_private_targets: false };
    await using careful = await testHomeserver({ serverName: "careful.example", network, config: { federation } });
    const carol = await careful.register("carol");
    const before = network.requests.length;
    // The name server of the tests leads every name to this machine.
    for (const via of [
      "a.example",
      "peer.example",
      "127.0.0.1",
      "127.0.0.1:8448",
      "localhost",
      "[::1]",
      "10.0.0.1",
      "169.254.169.254",
      "192.168.1.1:443",
    ]) {
      const { status } = await as(careful, carol)("POST", `/join/${path("!room:a.example")}?via=${path(via)}`, {});
      expect([via, status]).toEqual([via, expect.toSatisfy((answered: number) => answered >= 400)]);
    }
    expect(network.requests.slice(before).map(({ to }) => to)).toEqual([]);
  });

  advisory(56, "what the authorisation rules do not allow is refused, in each version of rooms, and what they allow is taken", async () => {
    for (const version of versions) {
      const inside = await shared(version);
      const member = (userId: string, membership: string): Built => {
        const ofAlice = userId === eve ? [] : [memberId(inside, userId)];
        const ofRules = membership === "join" || membership === "invite" ? [stateId(inside, "m.room.join_rules")] : [];
        const authEvents = [...inside.authEvents, ...ofAlice, ...ofRules];
        return event(inside, { type: "m.room.member", state_key: userId, content: { membership } }, { authEvents });
      };
      const bad = {
        // Where its hash names the room it is the beginning of another one.
        ...(version !== "12" && {
          "a second beginning": event(inside, { type: "m.room.create", state_key: "", content: { room_version: version } }),
        }),
        "power for oneself": event(inside, { type: "m.room.power_levels", state_key: "", content: { users: { [eve]: 100 } } }),
        "a state without power for it": event(inside, { type: "m.room.name", state_key: "", content: { name: "mine" } }),
        "another one's state key": event(inside, { type: "org.example", state_key: alice.userId }),
        "a ban without power": member(alice.userId, "ban"),
        "a kick without power": member(alice.userId, "leave"),
        "a join for another one": member(alice.userId, "join"),
        "an invite of one who is in": member(alice.userId, "invite"),
        "a membership that there is not": member(eve, "dancing"),
        "one who is not in": event(inside, { sender: "@stranger:peer.example", content: { body: "in" } }),
      };
      const before = await stateOf(inside.room);
      const names = Object.entries(bad);
      const wrong = await refused(Object.values(bad));
      expect([version, names.filter(([, { eventId }]) => !wrong.includes(eventId)).map(([name]) => name)]).toEqual([version, []]);
      expect(await stateOf(inside.room)).toEqual(before);
      expect([version, await refused([event(inside, { content: { msgtype: "m.text", body: "good" } }), member(eve, "leave")])]).toEqual([
        version,
        [],
      ]);
    }
  });

  advisory(60, "no server puts a room back to an earlier or smaller state", async () => {
    for (const version of versions) {
      const levels = { users: version === "12" ? { [eve]: 50 } : { [alice.userId]: 100, [eve]: 50 } };
      const inside = await shared(version, { power_level_content_override: levels });
      const topic = event(inside, { type: "m.room.topic", state_key: "", content: { topic: "allowed" } });
      expect(await refused([topic])).toEqual([]);
      const send = as(server, alice);
      const demoted = await send("GET", `/rooms/${inside.room}/state/m.room.power_levels/`);
      const { [eve]: _power, ...users } = demoted.body["users"] as unknown as Record<string, number>;
      await send("PUT", `/rooms/${inside.room}/state/m.room.power_levels/`, {
        ...(JSON.parse(JSON.stringify(demoted.body)) as object),
        users,
      });
      for (const [type, content] of [
        ["m.room.topic", { topic: "hers" }],
        ["m.room.name", { name: "hers" }],
        ["m.room.join_rules", { join_rule: "invite" }],
      ] as const)
        await send("PUT", `/rooms/${inside.room}/state/${type}/`, content);
      const before = await stateOf(inside.room);
      // From when she had power, from the beginning of the room, and from both at once.
      const create = stateId(inside, "m.room.create");
      const old = [
        event(inside, { type: "m.room.topic", state_key: "", content: { topic: "old power" } }),
        event(inside, { type: "m.room.name", state_key: "", content: { name: "old power" } }),
        event(inside, { type: "m.room.join_rules", state_key: "", content: { join_rule: "public" } }),
        event(inside, { type: "m.room.power_levels", state_key: "", content: { ...levels, users_default: 50 } }),
        event(inside, { type: "m.room.topic", state_key: "", content: { topic: "from nothing" } }, { prevEvents: [create], depth: 2 }),
        event(inside, { content: { msgtype: "m.text", body: "from nothing" } }, { prevEvents: [create], depth: 2 }),
      ];
      await refused(old);
      const merging = event(
        inside,
        { content: { msgtype: "m.text", body: "merged" } },
        { prevEvents: old.map(({ eventId }) => eventId), depth: 40 },
      );
      await refused([merging]);
      await say(send, inside.room, "afterwards");
      expect([version, await stateOf(inside.room)]).toEqual([version, before]);
    }
  });

  advisory(62, "a chain of authorising events without end is not read, stored or walked", async () => {
    const inside = await shared("11");
    const unknown = "$nobody-knows-this-event-00000000000000000000";
    peer.answers.set("/event_auth/", () => ({
      status: 200,
      body: { auth_chain: Array.from({ length: 100_000 }, (_, depth) => ({ depth })) },
    }));
    const endless = event(inside, { content: { msgtype: "m.text", body: "endless" } }, { authEvents: [...inside.authEvents, unknown] });
    const answer = await peer.send(server, [endless.pdu]);
    expect(answer.body["pdus"]).toEqual({ [endless.eventId]: { error: expect.stringContaining("too much authorises") } });
    peer.answers.delete("/event_auth/");
    // A chain that is long because a user keeps changing is walked once, in turns.
    let last: Built | undefined;
    const chain = Array.from({ length: 400 }, (_, i) => {
      const own = last?.eventId ?? inside.join.eventId;
      const content = { membership: "join", displayname: `${i}` };
      const authEvents = [...inside.authEvents.slice(0, -1), stateId(inside, "m.room.join_rules"), own];
      return (last = event(inside, { type: "m.room.member", state_key: eve, content }, { prevEvents: [own], authEvents, depth: 20 + i }));
    });
    for (let i = 0; i < chain.length; i += 50) expect(await refused(chain.slice(i, i + 50))).toEqual([]);
    const uri = `/_matrix/federation/v1/event_auth/${path(inside.room)}/${last?.eventId}`;
    const { status, body } = await peer.request(server, "GET", uri);
    const ids = (body["auth_chain"] as unknown as object[]).length;
    expect([status, ids]).toEqual([200, chain.length - 1 + inside.authEvents.length + 2]);
  });

  advisory(63, "an ACL as large as an event may be, of patterns that match in many ways, costs no more than its size", async () => {
    const inside = await shared("11");
    const patterns = [`${"*a".repeat(40)}*b`, ...Array.from({ length: 5_000 }, (_, i) => `*.${i}.x`)];
    const { status } = await as(server, alice)("PUT", `/rooms/${inside.room}/state/m.room.server_acl/`, { allow: ["*"], deny: patterns });
    expect(status).toBe(200);
    const long = new TestPeer(`${"a".repeat(60)}.${"a".repeat(60)}.${"a".repeat(60)}.${"a".repeat(40)}`, network);
    for (let i = 0; i < 50; i++)
      expect(
        (await long.request(server, "GET", `/_matrix/federation/v1/make_join/${path(inside.room)}/@x:${long.name}?ver=11`)).status,
      ).toBe(200);
    const said = event(inside, { content: { msgtype: "m.text", body: "allowed" } });
    expect(await refused([said])).toEqual([]);
    const denied = new TestPeer("one.4999.x", network);
    expect((await denied.request(server, "GET", `/_matrix/federation/v1/make_join/${path(inside.room)}/@x:one.4999.x?ver=11`)).status).toBe(
      403,
    );
  });

  advisory(73, "a server does not start with a signing key that everybody has", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "patrix-known-key-"));
    writeFileSync(join(dataDir, "signing.key"), "ed25519 1 YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1\n");
    await expect(testHomeserver({ serverName: "known.example", network, dataDir })).rejects.toThrow("the example of the specification");
    rmSync(dataDir, { recursive: true });
  });
});
