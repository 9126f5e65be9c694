import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { roomVersions } from "@patrix/room-versions";
import { describe, expect } from "vitest";
import { advisory, type Answer, as, client, createRoom, say, type Send } from "./advisory.ts";

interface World extends AsyncDisposable {
  readonly server: TestHomeserver;
  readonly alice: Send;
  readonly bob: Send;
  readonly bobId: string;
  readonly aliceId: string;
}

async function open(): Promise<World> {
  const server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  return {
    server,
    alice: as(server, alice),
    bob: as(server, bob),
    aliceId: alice.userId,
    bobId: bob.userId,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Everything by which somebody may try to read a room, as one text. */
async function readAll(send: Send, room: string): Promise<string> {
  const paths = [
    `/rooms/${room}/members`,
    `/rooms/${room}/joined_members`,
    `/rooms/${room}/state`,
    `/rooms/${room}/state/m.room.topic`,
    `/rooms/${room}/aliases`,
    `/rooms/${room}/messages?dir=b&limit=100`,
    `/rooms/${room}/initialSync`,
    "/sync",
    "/sync?full_state=true",
    "/sync?use_state_after=true&full_state=true",
    `/sync?full_state=true&filter={"room":{"include_leave":true}}`,
    "/publicRooms",
    "/initialSync?archived=true",
    "/events?timeout=0",
    `/events?timeout=0&room_id=${room}`,
  ];
  const answers: string[] = [];
  for (const path of paths) answers.push(JSON.stringify((await send("GET", path)).body));
  return answers.join("\n");
}

/** What somebody may have been to a room without ever having been in it. */
const strangers: Record<string, (world: World, room: string) => Promise<unknown>> = {
  "a stranger": async () => {},
  "who knocked": ({ bob }, room) => bob("POST", `/knock/${room}`, {}),
  "who took back a knock": async ({ bob }, room) => {
    await bob("POST", `/knock/${room}`, {});
    await bob("POST", `/rooms/${room}/leave`, {});
  },
  "who rejected an invite": async ({ alice, bob, bobId }, room) => {
    await alice("POST", `/rooms/${room}/invite`, { user_id: bobId });
    await bob("POST", `/rooms/${room}/leave`, {});
  },
  "who was banned": ({ alice, bobId }, room) => alice("POST", `/rooms/${room}/ban`, { user_id: bobId }),
};

describe("advisories about who reads a room", () => {
  advisory(15, "who never was in a private room learns none of its members", async () => {
    for (const become of Object.values(strangers)) {
      await using world = await open();
      const { server, alice, bob } = world;
      const carol = await server.register("carol");
      const room = await createRoom(alice, {
        initial_state: [{ type: "m.room.join_rules", state_key: "", content: { join_rule: "knock" } }],
      });
      await alice("POST", `/rooms/${room}/invite`, { user_id: carol.userId });
      await as(server, carol)("POST", `/join/${room}`, {});
      await become(world, room);
      expect(await readAll(bob, room)).not.toContain(carol.userId);
    }
  });

  advisory(16, "nor its topic, nor what else stands in its state", async () => {
    for (const become of Object.values(strangers)) {
      await using world = await open();
      const { alice, bob } = world;
      const initial = [
        { type: "m.room.join_rules", state_key: "", content: { join_rule: "knock" } },
        { type: "org.example.secret", state_key: "", content: { text: "custom-secret" } },
      ];
      const room = await createRoom(alice, { topic: "topic-secret", initial_state: initial });
      await become(world, room);
      const read = await readAll(bob, room);
      // A knock and an invite show the topic to who may come in; state of other types never.
      expect(read).not.toContain("custom-secret");
      if (become === strangers["a stranger"] || become === strangers["who was banned"]) expect(read).not.toContain("topic-secret");
    }
  });

  advisory(17, "who left learns of no state that is set afterwards, by any kind of sync", async () => {
    await using world = await open();
    const { alice, bob, bobId } = world;
    const room = await createRoom(alice, { preset: "public_chat" });
    await bob("POST", `/join/${room}`, {});
    const since = String((await bob("GET", "/sync")).body["next_batch"]);
    await bob("POST", `/rooms/${room}/leave`, {});
    await alice("PUT", `/rooms/${room}/state/m.room.topic`, { topic: "set-afterwards" });
    await alice("POST", `/rooms/${room}/ban`, { user_id: bobId });
    for (const more of ["", "&full_state=true", "&use_state_after=true", "&use_state_after=true&full_state=true"])
      expect(JSON.stringify((await bob("GET", `/sync?since=${since}${more}`)).body)).not.toContain("set-afterwards");
    expect(await readAll(bob, room)).not.toContain("set-afterwards");
  });

  advisory(19, "what was said before somebody came in stays hidden, also when the room becomes world readable", async () => {
    await using world = await open();
    const { alice, bob, bobId } = world;
    const visibility = (to: string): Answer => alice("PUT", `/rooms/${room}/state/m.room.history_visibility`, { history_visibility: to });
    const room = await createRoom(alice, {});
    const old = await say(alice, room, "old-secret");
    await alice("POST", `/rooms/${room}/invite`, { user_id: bobId });
    await bob("POST", `/rooms/${room}/leave`, {});
    await visibility("world_readable");
    expect(JSON.stringify((await bob("GET", `/rooms/${room}/messages?dir=b&limit=100`)).body)).not.toContain("old-secret");
    expect((await bob("GET", `/rooms/${room}/event/${old}`)).status).toBe(404);
    await visibility("joined");
    const hidden = await say(alice, room, "hidden-secret");
    await alice("POST", `/rooms/${room}/invite`, { user_id: bobId });
    await bob("POST", `/join/${room}`, {});
    await bob("POST", `/rooms/${room}/leave`, {});
    const away = await say(alice, room, "away-secret");
    await alice("POST", `/rooms/${room}/ban`, { user_id: bobId });
    for (const event of [hidden, away])
      for (const way of ["event", "context"]) expect((await bob("GET", `/rooms/${room}/${way}/${event}`)).status).toBe(404);
    expect(await readAll(bob, room)).not.toMatch(/hidden-secret|away-secret/);
  });

  advisory(20, "what was redacted is read nowhere", async () => {
    await using world = await open();
    const { alice, bob } = world;
    const room = await createRoom(alice, { preset: "public_chat" });
    await bob("POST", `/join/${room}`, {});
    const message = await say(alice, room, "redacted-secret");
    const state = String((await alice("PUT", `/rooms/${room}/state/m.room.topic`, { topic: "redacted-secret" })).body["event_id"]);
    const root = await say(alice, room, "root");
    const relation = { rel_type: "m.thread", event_id: root };
    const reply = { body: "redacted-secret", "m.relates_to": relation };
    const sent = await alice("PUT", `/rooms/${room}/send/m.room.message/reply`, reply);
    const inThread = String(sent.body["event_id"]);
    const edit = {
      body: "redacted-secret",
      "m.new_content": { body: "redacted-secret" },
      "m.relates_to": { ...relation, rel_type: "m.replace" },
    };
    const edited = String((await alice("PUT", `/rooms/${room}/send/m.room.message/edit`, edit)).body["event_id"]);
    // Whoever has looked before has brought it into memory.
    expect(JSON.stringify((await bob("GET", `/rooms/${room}/event/${root}`)).body)).toContain("redacted-secret");
    for (const [i, event] of [message, state, inThread, edited].entries()) await alice("PUT", `/rooms/${room}/redact/${event}/${i}`, {});
    await alice("PUT", `/rooms/${room}/state/m.room.topic`, { topic: "another" });
    for (const send of [alice, bob]) expect(await readAll(send, room)).not.toContain("redacted-secret");
    for (const event of [message, state, root, inThread, edited])
      for (const way of ["event", "context"])
        expect(JSON.stringify((await bob("GET", `/rooms/${room}/${way}/${event}`)).body)).not.toContain("redacted-secret");
  });

  advisory(21, "a receipt is taken from who is in the room, for an event of it that they see", async () => {
    await using world = await open();
    const { alice, bob } = world;
    const state = [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }];
    const room = await createRoom(alice, { preset: "public_chat", initial_state: state });
    const hidden = await say(alice, room, "hidden");
    const elsewhere = await say(alice, await createRoom(alice), "elsewhere");
    const receipt = (send: Send, event: string): Promise<number> =>
      send("POST", `/rooms/${room}/receipt/m.read/${event}`, {}).then(({ status }) => status);
    expect(await receipt(bob, hidden)).toBe(403);
    await bob("POST", `/join/${room}`, {});
    for (const event of [hidden, elsewhere, "$unknown"]) expect([event, await receipt(bob, event)]).toEqual([event, 404]);
    expect(await receipt(bob, await say(alice, room, "seen"))).toBe(200);
  });

  advisory(23, "nobody is made a member or a leaver by somebody else", async () => {
    await using world = await open();
    const { alice, bobId } = world;
    const room = await createRoom(alice, { preset: "public_chat" });
    for (const membership of ["join", "knock"])
      expect((await alice("PUT", `/rooms/${room}/state/m.room.member/${bobId}`, { membership })).status).toBe(403);
    const forced = { type: "m.room.member", state_key: bobId, content: { membership: "join" } };
    const made = await alice("POST", "/createRoom", { initial_state: [forced] });
    if (made.status === 200) {
      const members = await alice("GET", `/rooms/${made.body["room_id"]}/joined_members`);
      expect(Object.keys(members.body["joined"] ?? {})).not.toContain(bobId);
    } else expect([400, 403]).toContain(made.status);
  });

  advisory(24, "what makes a room what it is cannot be redacted, in any version", async () => {
    await using world = await open();
    const { alice } = world;
    for (const version of roomVersions.keys()) {
      const acl = { allow: ["*"], deny: ["evil.example"], allow_ip_literals: false };
      const initial = [
        { type: "m.room.server_acl", state_key: "", content: acl },
        { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
      ];
      const room = await createRoom(alice, { room_version: version, initial_state: initial });
      for (const type of ["m.room.create", "m.room.server_acl", "m.room.encryption"]) {
        const event = await alice("GET", `/rooms/${room}/state/${type}?format=event`);
        const before = event.body["content"];
        const { status } = await alice("PUT", `/rooms/${room}/redact/${encodeURIComponent(String(event.body["event_id"]))}/${type}`, {});
        expect([version, type, status]).toEqual([version, type, 403]);
        expect((await alice("GET", `/rooms/${room}/state/${type}`)).body).toEqual(before);
      }
    }
  });

  advisory(25, "redactions of redactions end", async () => {
    await using world = await open();
    const { alice } = world;
    const room = await createRoom(alice);
    const message = await say(alice, room, "x");
    const redact = async (event: string, txn: string): Promise<string> =>
      String((await alice("PUT", `/rooms/${room}/redact/${event}/${txn}`, {})).body["event_id"]);
    const first = await redact(message, "1");
    const second = await redact(first, "2");
    const third = await redact(second, "3");
    for (const [i, event] of [first, second, third, message].entries()) await redact(event, `again${i}`);
    expect((await alice("GET", `/rooms/${room}/messages?dir=b&limit=100`)).status).toBe(200);
    expect((await alice("PUT", `/rooms/${room}/redact/$not-there/x`, {})).status).toBe(404);
  });

  advisory(26, "a plain member sets no state where the power levels are redacted", async () => {
    await using world = await open();
    const { alice, bob } = world;
    for (const version of ["1", "6", "10", "12"]) {
      const room = await createRoom(alice, { preset: "public_chat", room_version: version });
      await bob("POST", `/join/${room}`, {});
      const levels = (await alice("GET", `/rooms/${room}/state/m.room.power_levels?format=event`)).body["event_id"];
      await alice("PUT", `/rooms/${room}/redact/${encodeURIComponent(String(levels))}/1`, {});
      expect([version, (await bob("PUT", `/rooms/${room}/state/m.room.topic`, { topic: "mine" })).status]).toEqual([version, 403]);
    }
  });

  advisory(27, "the list of published rooms is told without a token only where the configuration says so", async () => {
    await using world = await open();
    const { server } = world;
    for (const method of ["GET", "POST"])
      expect((await server.request(method, `${client}/publicRooms`, method === "POST" ? {} : undefined)).status).toBe(401);
  });

  advisory(30, "many requests for one thing are all answered", async () => {
    await using world = await open();
    const { alice } = world;
    const room = await createRoom(alice);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => alice("PUT", `/rooms/${room}/state/org.example/${i % 10}`, { i })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await alice("GET", `/rooms/${room}/state`)).status).toBe(200);
  });

  advisory(31, "pages lead past what is hidden, to both ends", async () => {
    await using world = await open();
    const { alice, bob } = world;
    const state = [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }];
    const room = await createRoom(alice, { preset: "public_chat", initial_state: state });
    const seen = new Set<string>();
    await bob("POST", `/join/${room}`, {});
    for (let i = 0; i < 3; i++) seen.add(await say(alice, room, `seen ${i}`));
    await bob("POST", `/rooms/${room}/leave`, {});
    for (let i = 0; i < 40; i++) await say(alice, room, `hidden ${i}`);
    await bob("POST", `/join/${room}`, {});
    for (let i = 0; i < 3; i++) seen.add(await say(alice, room, `seen again ${i}`));
    for (const dir of ["b", "f"]) {
      const found = new Set<string>();
      let from = "";
      for (let page = 0; page < 100; page++) {
        const { body } = await bob("GET", `/rooms/${room}/messages?dir=${dir}&limit=10${from}`);
        const chunk = body["chunk"] as unknown as { type: string; event_id: string }[];
        for (const event of chunk) if (event.type === "m.room.message") found.add(event.event_id);
        if (body["end"] === undefined || (dir === "f" && chunk.length === 0 && from === `&from=${body["end"]}`)) break;
        from = `&from=${body["end"]}`;
      }
      expect([dir, found]).toEqual([dir, seen]);
    }
  });

  advisory(32, "numbers that are no JSON integers are in no event", async () => {
    await using world = await open();
    const { server } = world;
    const { accessToken } = await server.register("carol");
    const { body } = await server.request("POST", `${client}/createRoom`, {}, accessToken);
    for (const [i, number] of ["1e999", "-1e999", "NaN", "Infinity", "1.5", "9007199254740993", "-9007199254740993"].entries()) {
      const path = `${client}/rooms/${body["room_id"]}/send/org.example/${i}`;
      expect([number, (await server.request("PUT", path, `{"n":${number}}`, accessToken)).status]).toEqual([number, 400]);
    }
  });

  advisory(57, "kicks, bans, power levels and restricted joins are authorised", async () => {
    await using world = await open();
    const { alice, bob, aliceId, bobId } = world;
    const room = await createRoom(alice, { preset: "public_chat", room_version: "11" });
    await bob("POST", `/join/${room}`, {});
    for (const what of ["kick", "ban", "unban"])
      expect([what, (await bob("POST", `/rooms/${room}/${what}`, { user_id: aliceId })).status]).toEqual([what, 403]);
    const levels = (await alice("GET", `/rooms/${room}/state/m.room.power_levels`)).body;
    const raised = { ...(levels as object), users: { [aliceId]: 100, [bobId]: 100 } };
    expect((await bob("PUT", `/rooms/${room}/state/m.room.power_levels`, raised)).status).toBe(403);
    const space = await createRoom(alice, {});
    const rule = { join_rule: "restricted", allow: [{ type: "m.room_membership", room_id: space }] };
    const closed = await createRoom(alice, { initial_state: [{ type: "m.room.join_rules", state_key: "", content: rule }] });
    expect((await bob("POST", `/join/${closed}`, {})).status).toBe(403);
    await alice("POST", `/rooms/${closed}/ban`, { user_id: bobId });
    await alice("POST", `/rooms/${space}/invite`, { user_id: bobId });
    await bob("POST", `/join/${space}`, {});
    expect((await bob("POST", `/join/${closed}`, {})).status).toBe(403);
  });

  advisory(61, "new rooms have version 12, whose creators stand above all levels", async () => {
    await using world = await open();
    const { alice, aliceId } = world;
    const room = await createRoom(alice);
    expect((await alice("GET", `/rooms/${room}/state/m.room.create`)).body["room_version"]).toBe("12");
    const levels = await alice("GET", `/rooms/${room}/state/m.room.power_levels`);
    expect(Object.keys(levels.body["users"] ?? {})).not.toContain(aliceId);
    const listed = { ...(levels.body as object), users: { [aliceId]: 50 } };
    expect((await alice("PUT", `/rooms/${room}/state/m.room.power_levels`, listed)).status).toBeGreaterThanOrEqual(400);
  });

  advisory(65, "an event that other servers would refuse is never made", async () => {
    await using world = await open();
    const { alice } = world;
    const room = await createRoom(alice);
    const long = "x".repeat(256);
    for (const path of [`send/${long}/1`, `state/${long}/x`, `state/x/${long}`])
      expect([path, (await alice("PUT", `/rooms/${room}/${path}`, {})).status >= 400]).toEqual([path, true]);
    expect((await alice("PUT", `/rooms/${room}/send/x/1`, { body: "x".repeat(66_000) })).status).toBe(413);
  });

  advisory(70, "an invite from a room with large state reaches the invited, whose sync goes on", async () => {
    await using world = await open();
    const { alice, bob, bobId } = world;
    const large = "x".repeat(20_000);
    const room = await createRoom(alice, { name: large, topic: large });
    expect((await alice("POST", `/rooms/${room}/invite`, { user_id: bobId })).status).toBe(200);
    const sync = await bob("GET", "/sync");
    expect(Object.keys(sync.body["rooms"]?.["invite"] ?? {})).toEqual([room]);
  });

  advisory(71, "malformed state does not end the sync of who is invited", async () => {
    await using world = await open();
    const { alice, bob, bobId } = world;
    const odd = [{}, { name: null }, { name: 5 }, { name: [] }, { name: { __proto__: 1 } }];
    for (const content of odd) {
      const room = await createRoom(alice, { initial_state: [{ type: "m.room.name", state_key: "", content }] });
      if (room !== "undefined") await alice("POST", `/rooms/${room}/invite`, { user_id: bobId });
    }
    const since = await bob("GET", "/sync");
    expect(since.status).toBe(200);
    expect((await bob("GET", `/sync?since=${since.body["next_batch"]}`)).status).toBe(200);
  });
});
