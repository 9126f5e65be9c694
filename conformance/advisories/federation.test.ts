import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultRoomVersionRules, getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "@patrix/homeserver/testing";
import { type EventReference, type JsonObject, referenceHash, toEventReference } from "@patrix/signatures";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { advisory, as, createRoom, say } from "./advisory.ts";

const eve = "@eve:peer.example";
const rulesOf = (version: string): RoomVersionRules => getRoomVersionRules(version) ?? defaultRoomVersionRules;
const v11 = rulesOf("11");
const path = (text: string): string => encodeURIComponent(text);

let network: TestNetwork;
let server: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;

beforeAll(async () => {
  network = new TestNetwork();
  server = await testHomeserver({ serverName: "a.example", network });
  alice = await server.register("alice");
  peer = new TestPeer("peer.example", network);
});
afterAll(() => server[Symbol.asyncDispose]());

interface Inside {
  readonly room: string;
  readonly joinId: string;
  readonly authEvents: readonly string[];
}

/** A room that Eve of the other server has joined. */
async function shared(settings: object = {}, version = "11"): Promise<Inside> {
  const room = await createRoom(as(server, alice), { preset: "public_chat", room_version: version, ...settings });
  const joined = await peer.join(server, room, eve, rulesOf(version), version);
  return { room, joinId: joined.join.eventId, authEvents: joined.authEvents };
}

type Draft = Parameters<TestPeer["build"]>[0];

/** An event of Eve's in the room. */
function event({ room, joinId, authEvents }: Inside, more: Partial<Draft> = {}, at: Partial<Parameters<TestPeer["build"]>[1]> = {}) {
  return peer.build(
    {
      type: "m.room.message",
      sender: eve,
      room_id: room,
      origin_server_ts: Date.now(),
      content: { body: "x", msgtype: "m.text" },
      ...more,
    },
    { prevEvents: [joinId], authEvents: [...authEvents], depth: 20, ...at },
    v11,
  );
}

async function texts(room: string): Promise<string[]> {
  const { body } = await as(server, alice)("GET", `/rooms/${room}/messages?dir=b&limit=100`);
  return (body["chunk"] as unknown as { content: { body?: string } }[]).flatMap(({ content }) => content.body ?? []);
}

/** A room whose messages only those see who were in, with one from before Eve was, and one from after. */
async function hiddenHistory(): Promise<{ room: string; secret: string; joinId: string; shown: string }> {
  const send = as(server, alice);
  const hidden = { initial_state: [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }] };
  const room = await createRoom(send, { preset: "public_chat", room_version: "11", ...hidden });
  const secret = await say(send, room, "secret");
  const { join: joined } = await peer.join(server, room, eve, v11, "11");
  return { room, secret, joinId: joined.eventId, shown: await say(send, room, "shown") };
}

/** Requests that the server in the room may send, and another one may not. */
async function refusesOutsiders(
  name: string,
  requests: readonly (readonly [method: string, route: string, body?: object])[],
): Promise<void> {
  const outside = new TestPeer(name, network);
  for (const [method, route, body] of requests) {
    const uri = `/_matrix/federation/v1/${route}`;
    const statuses = [await outside.request(server, method, uri, body), await peer.request(server, method, uri, body)].map(
      ({ status }) => status,
    );
    expect([route, ...statuses]).toEqual([route, 403, 200]);
  }
}

describe("advisories about federation", () => {
  advisory(2, "the signing key is made for each server anew, and only its user may read it", async () => {
    const keys = new Set<string>();
    for (const name of ["one.example", "two.example"]) {
      const dataDir = mkdtempSync(join(tmpdir(), "patrix-key-"));
      await using made = await testHomeserver({ serverName: name, network, dataDir });
      expect(made.serverName).toBe(name);
      keys.add(readFileSync(join(dataDir, "signing.key"), "utf8").split(" ")[2] ?? "");
      expect(statSync(join(dataDir, "signing.key")).mode & 0o777).toBe(0o600);
      await made.stop();
      rmSync(dataDir, { recursive: true });
    }
    expect(keys.size).toBe(2);
  });

  advisory(22, "another server says for no user of a third one what that user has read", async () => {
    const inside = await shared();
    const receipt = (userId: string): object => ({
      edu_type: "m.receipt",
      content: { [inside.room]: { "m.read": { [userId]: { event_ids: [inside.joinId], data: { ts: 1 } } } } },
    });
    await peer.send(server, [], [receipt(alice.userId), receipt(eve)]);
    const { body } = await as(server, alice)("GET", "/sync");
    const ephemeral = JSON.stringify(body["rooms"]?.["join"]?.[inside.room]?.["ephemeral"]);
    expect([ephemeral.includes(eve), ephemeral.includes(alice.userId)]).toEqual([true, false]);
  });

  advisory(49, "no event is taken without its sender's signature, nor from a server that the ACL denies", async () => {
    const inside = await shared();
    const unsigned = { ...event(inside, { content: { body: "unsigned" } }).pdu, signatures: {} };
    const byOther = event(inside, { sender: alice.userId, content: { body: "by another" } });
    const changed = { ...event(inside, { content: { body: "before" } }).pdu, content: { body: "changed" } };
    await peer.send(server, [unsigned, byOther.pdu, changed]);
    expect(await texts(inside.room)).toEqual([]);
    await as(server, alice)("PUT", `/rooms/${inside.room}/state/m.room.server_acl/`, { allow: ["*"], deny: ["peer.example"] });
    const { body } = await peer.send(server, [event(inside, { content: { body: "denied" } }).pdu]);
    expect(JSON.stringify(body)).toContain("ACL");
    for (const route of [
      `make_join/${path(inside.room)}/${eve}?ver=11`,
      `make_leave/${path(inside.room)}/${eve}`,
      `make_knock/${path(inside.room)}/${eve}?ver=11`,
      `state/${path(inside.room)}?event_id=${inside.joinId}`,
      `state_ids/${path(inside.room)}?event_id=${inside.joinId}`,
      `backfill/${path(inside.room)}?v=${inside.joinId}&limit=5`,
      `event_auth/${path(inside.room)}/${inside.joinId}`,
    ])
      expect([route, (await peer.request(server, "GET", `/_matrix/federation/v1/${route}`)).status]).toEqual([route, 403]);
    expect(await texts(inside.room)).toEqual([]);
  });

  advisory(50, "a server outside of a room reads no event and no state of it, by any route", async () => {
    const { room, joinId } = await shared();
    await refusesOutsiders("outside50.example", [
      ["GET", `event/${joinId}`],
      ["GET", `state/${path(room)}?event_id=${joinId}`],
      ["GET", `state_ids/${path(room)}?event_id=${joinId}`],
      ["GET", `backfill/${path(room)}?v=${joinId}&limit=5`],
      ["GET", `timestamp_to_event/${path(room)}?ts=0&dir=f`],
      ["POST", `get_missing_events/${path(room)}`, { earliest_events: [], latest_events: [joinId] }],
    ]);
  });

  advisory(52, "a server outside of a room reads nothing of what authorises its events", async () => {
    const { room, joinId } = await shared();
    await refusesOutsiders("outside52.example", [["GET", `event_auth/${path(room)}/${joinId}`]]);
  });

  advisory(51, "what a server may not see by the history visibility is redacted among missing events", async () => {
    const { room, joinId } = await hiddenHistory();
    const missing = { earliest_events: [], latest_events: [joinId], limit: 20 };
    const { body } = await peer.request(server, "POST", `/_matrix/federation/v1/get_missing_events/${path(room)}`, missing);
    expect(JSON.stringify(body)).not.toContain('"secret"');
    expect(JSON.stringify(body)).toContain("m.room.message");
  });

  advisory(53, "what a server may not see by the history visibility leaves redacted by every route", async () => {
    const { room, secret, shown } = await hiddenHistory();
    for (const route of [`event/${secret}`, `backfill/${path(room)}?v=${shown}&limit=50`]) {
      const answer = JSON.stringify((await peer.request(server, "GET", `/_matrix/federation/v1/${route}`)).body);
      expect([route, answer.includes('"secret"'), answer.includes("m.room.message")]).toEqual([route, false, true]);
    }
  });

  advisory(54, "what is rejected is given to no server", async () => {
    const inside = await shared();
    const rejected = event(inside, { type: "m.room.name", state_key: "", content: { name: "mine" } });
    await peer.send(server, [rejected.pdu]);
    expect((await peer.request(server, "GET", `/_matrix/federation/v1/event/${rejected.eventId}`)).status).toBe(404);
    expect((await as(server, alice)("GET", `/rooms/${inside.room}/event/${rejected.eventId}`)).status).toBe(404);
  });

  advisory(55, "events that were asked for are verified as those that come unasked", async () => {
    const inside = await shared();
    const first = event(inside, { content: { body: "first" } });
    const last = event(inside, { content: { body: "last" } }, { prevEvents: [first.eventId], depth: 21 });
    const tampered = { ...first.pdu, signatures: {} };
    peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [tampered] } }));
    const { body } = await peer.send(server, [last.pdu]);
    peer.answers.clear();
    expect(JSON.stringify(body["pdus"])).toContain("error");
    expect(await texts(inside.room)).toEqual([]);
  });

  advisory(58, "an event that names a rejected one among its auth events is rejected, and changes no state", async () => {
    const inside = await shared();
    const rejected = event(inside, { type: "m.room.power_levels", state_key: "", content: { users: { [eve]: 100 } } });
    const authEvents = [...inside.authEvents.slice(0, 1), rejected.eventId, inside.joinId];
    const built = event(
      inside,
      { type: "m.room.name", state_key: "", content: { name: "mine" } },
      { prevEvents: [rejected.eventId], authEvents, depth: 21 },
    );
    await peer.send(server, [rejected.pdu, built.pdu]);
    expect((await as(server, alice)("GET", `/rooms/${inside.room}/state/m.room.name/`)).status).toBe(404);
    const levels = await as(server, alice)("GET", `/rooms/${inside.room}/state/m.room.power_levels/`);
    expect(levels.body["users"]).not.toHaveProperty([eve]);
  });

  advisory(59, "no event is authorised by those of another room", async () => {
    const [inside, other] = [
      await shared(),
      await shared({ power_level_content_override: { users: { [alice.userId]: 100, [eve]: 100 } } }),
    ];
    const built = event(inside, { type: "m.room.name", state_key: "", content: { name: "mine" } }, { authEvents: [...other.authEvents] });
    const { body } = await peer.send(server, [built.pdu]);
    expect(JSON.stringify(body["pdus"])).toContain("error");
    expect((await as(server, alice)("GET", `/rooms/${inside.room}/state/m.room.name/`)).status).toBe(404);
  });

  advisory(64, "the case of a server name does not get around an ACL", async () => {
    const inside = await shared();
    await as(server, alice)("PUT", `/rooms/${inside.room}/state/m.room.server_acl/`, { allow: ["*"], deny: ["PEER.example"] });
    const { body } = await peer.send(server, [event(inside).pdu]);
    expect(JSON.stringify(body)).toContain("ACL");
  });

  advisory(66, "one malformed event holds up none of the others in a transaction", async () => {
    const inside = await shared();
    let prev = inside.joinId;
    const good = Array.from({ length: 48 }, (_, i) => {
      const built = event(inside, { content: { body: `${i}` } }, { prevEvents: [prev], depth: 20 + i });
      prev = built.eventId;
      return built.pdu;
    });
    const bad = [{}, { ...event(inside).pdu, depth: "deep", content: null }];
    expect((await peer.send(server, [...good.slice(0, 20), ...bad, ...good.slice(20)])).status).toBe(200);
    expect(await texts(inside.room)).toHaveLength(48);
  });

  advisory(67, "no event gets into a room whose ID it does not carry, by the paths of joins, leaves and invites", async () => {
    const [inside, other] = [await shared(), await shared()];
    const member = (membership: string): ReturnType<typeof event> =>
      event(other, { type: "m.room.member", state_key: eve, content: { membership } });
    for (const [route, membership] of [
      ["v2/send_join", "join"],
      ["v2/send_leave", "leave"],
      ["v1/send_knock", "knock"],
    ] as const) {
      const { eventId, pdu } = member(membership);
      const { status } = await peer.request(server, "PUT", `/_matrix/federation/${route}/${path(inside.room)}/${eventId}`, pdu);
      expect([route, status]).toEqual([route, 400]);
    }
  });

  advisory(68, "what another server drafts is signed only if it is what was asked for", async () => {
    const room = "!drafted:liar.example";
    const liar = new TestPeer("liar.example", network);
    const draft = (more: object): object => ({
      room_version: "11",
      event: {
        type: "m.room.member",
        room_id: room,
        state_key: alice.userId,
        sender: alice.userId,
        content: { membership: "join" },
        prev_events: [],
        auth_events: [],
        depth: 1,
        ...more,
      },
    });
    for (const more of [
      { type: "m.room.message" },
      { room_id: "!other:a.example" },
      { state_key: "@bob:a.example" },
      { content: { membership: "ban" } },
    ]) {
      liar.answers.set("/make_join/", () => ({ status: 200, body: draft(more) }));
      expect((await as(server, alice)("POST", `/join/${path(room)}?via=liar.example`, {})).status).toBeGreaterThanOrEqual(400);
    }
    expect(liar.requests.some(({ target }) => target.includes("/send_join/"))).toBe(false);
  });

  advisory(69, "a room with a state that is not signed, of another room, or without its beginning is not taken over", async () => {
    const room = "!handed:liar2.example";
    const liar = new TestPeer("liar2.example", network);
    const lisa = "@lisa:liar2.example";
    const make = (draft: Partial<Draft>, auth: readonly string[] = []): ReturnType<TestPeer["build"]> =>
      liar.build(
        { type: "m.room.message", sender: lisa, room_id: room, origin_server_ts: 1, content: {}, ...draft },
        { prevEvents: [...auth].slice(-1), authEvents: [...auth], depth: 1 },
        v11,
      );
    const create = make({ type: "m.room.create", state_key: "", content: { room_version: "11" } });
    const hers = make({ type: "m.room.member", state_key: lisa, content: { membership: "join" } }, [create.eventId]);
    const rules = make({ type: "m.room.join_rules", state_key: "", content: { join_rule: "public" } }, [create.eventId, hers.eventId]);
    const whole = [create, hers, rules].map(({ pdu }) => pdu);
    const event_ = {
      type: "m.room.member",
      room_id: room,
      state_key: alice.userId,
      sender: alice.userId,
      content: { membership: "join" },
      prev_events: [rules.eventId],
      auth_events: [create.eventId, rules.eventId],
      depth: 4,
    };
    liar.answers.set("/make_join/", () => ({ status: 200, body: { room_version: "11", event: event_ } }));
    const join_ = async (state: readonly object[]): Promise<number> => {
      liar.answers.set("/send_join/", () => ({ status: 200, body: { state, auth_chain: state } }));
      return (await as(server, alice)("POST", `/join/${path(room)}?via=liar2.example`, {})).status;
    };
    const other = make({ type: "m.room.create", state_key: "", room_id: "!other:liar2.example", content: { room_version: "11" } });
    for (const state of [
      [],
      whole.slice(1),
      whole.map((pdu) => ({ ...pdu, signatures: {} })),
      [other.pdu, ...whole.slice(1)],
      whole.slice(0, 2),
    ])
      expect(await join_(state)).toBeGreaterThanOrEqual(400);
    expect(await join_(whole)).toBe(200);
  });

  advisory(74, "in the oldest rooms no server redacts what is not its own", async () => {
    const v1 = rulesOf("1");
    const room = await createRoom(as(server, alice), { preset: "public_chat", room_version: "1" });
    const { join: joinOfEve, state } = await peer.join(server, room, eve, v1, "1");
    const said = await say(as(server, alice), room, "hers");
    const reference = (pdu: JsonObject): EventReference => toEventReference(String(pdu["event_id"]), referenceHash(pdu, v1), v1);
    const authEvents = [...state.filter(({ type }) => type === "m.room.create" || type === "m.room.power_levels"), joinOfEve.pdu].map(
      reference,
    );
    const build = (draft: Partial<Draft>, id: string): ReturnType<TestPeer["build"]> =>
      peer.build(
        { type: "m.room.redaction", sender: eve, room_id: room, origin_server_ts: Date.now(), content: {}, event_id: id, ...draft },
        { prevEvents: [reference(joinOfEve.pdu)], authEvents, depth: 20 },
        v1,
      );
    const own = build({ type: "m.room.message", content: { msgtype: "m.text", body: "mine" } }, "$mine:peer.example");
    await peer.send(server, [own.pdu]);
    expect((await texts(room)).toSorted()).toEqual(["hers", "mine"]);
    // One says by its ID that it is of the server that has sent what it redacts, which has not signed it; the other one does not.
    const forged = [build({ redacts: said }, "$forged:a.example"), build({ redacts: said }, "$redaction:peer.example")];
    const { body } = await peer.send(
      server,
      forged.map(({ pdu }) => pdu),
    );
    for (const { eventId } of forged) expect(body["pdus"]).toMatchObject({ [eventId]: { error: expect.any(String) } });
    expect((await texts(room)).toSorted()).toEqual(["hers", "mine"]);
    // The same server redacts what is its own.
    const good = build({ redacts: own.eventId }, "$good:peer.example");
    expect((await peer.send(server, [good.pdu])).body["pdus"]).toEqual({ [good.eventId]: {} });
    expect(await texts(room)).toEqual(["hers"]);
  });

  advisory(33, "no depth makes a room unusable", async () => {
    const inside = await shared();
    const deep = event(inside, { content: { body: "deepest" } }, { depth: Number.MAX_SAFE_INTEGER });
    const impossible = [-1, 1.5, 2 ** 53, 2 ** 63].map((depth) => ({ ...event(inside).pdu, depth }));
    await peer.send(server, [...impossible, deep.pdu]);
    expect(await texts(inside.room)).toEqual(["deepest"]);
    for (const body of ["and", "on"]) await say(as(server, alice), inside.room, body);
    expect(await texts(inside.room)).toEqual(["on", "and", "deepest"]);
  });
});
