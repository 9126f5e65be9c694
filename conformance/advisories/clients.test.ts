/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { type Client, createClient, type RoomId, silentLogger } from "@patrix/client";
import { createRoom } from "@patrix/client-api";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { describe, expect } from "vitest";
import { advisory } from "./advisory.ts";

const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };
const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

interface World {
  readonly client: Client;
  readonly room: RoomId;
  /** Sends as Bob. */
  readonly bob: (method: string, path: string, body: unknown) => Promise<number>;
}

/** Ann's client in a room with Bob, who sends what he likes; at the end she must still hear him. */
async function survives(server: LocalHomeserver, attack: (world: World) => Promise<void>): Promise<void> {
  const client = await createClient("example.org", { fetch: server.fetch, clock, logger: silentLogger });
  await client.login.password("ann", "ann-password");
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: "bob" }, password: "bob-password" };
  const { body } = await server.request("POST", "/_matrix/client/v3/login", login, "");
  const token = (body as { access_token: string }).access_token;
  const bob: World["bob"] = async (method, path, content) =>
    (await server.request(method, `/_matrix/client/v3${path}`, content, token)).status;
  const room = await client.rooms.create({ preset: "public" });
  expect(await bob("POST", `/join/${room.id}`, {})).toBe(200);
  let hear: () => void = () => {};
  const heard = new Promise<void>((resolve) => (hear = resolve));
  client.on("m.room.message", (event) => {
    if (event.text === "still here") hear();
  });
  await client.start();
  await attack({ client, room: room.id, bob });
  expect(await bob("PUT", `/rooms/${room.id}/send/m.room.message/last`, { msgtype: "m.text", body: "still here" })).toBe(200);
  await heard;
  await client.stop();
}

/** Makes a room that says that it replaces another. */
async function replacementOf(client: Client, room: RoomId): Promise<RoomId> {
  const { room_id: id } = await client.api.send(createRoom, { body: { creation_content: { predecessor: { room_id: room } } } });
  await client.rooms.list().until((list) => list.some((each) => each.id === id));
  return id;
}

/** Has a room say that another replaces it. */
async function replace(client: Client, room: RoomId, by: RoomId): Promise<void> {
  await client.rooms.get(room)?.state.set("m.room.tombstone", { body: "moved", replacement_room: by });
}

describe("advisories about clients", () => {
  advisory(81, "names of prototypes in events change no object", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await survives(server, async ({ room, bob }) => {
      for (const [i, name] of names.entries()) {
        await bob("PUT", `/rooms/${room}/send/${name}/${i}`, { [name]: { polluted: true } });
        await bob("PUT", `/rooms/${room}/state/org.example/${name}`, { [name]: { polluted: true } });
        await bob("PUT", `/rooms/${room}/state/${name}/${name}`, { polluted: true });
        const relation = { rel_type: name, event_id: `$${name}`, key: name };
        await bob("PUT", `/rooms/${room}/send/m.reaction/r${i}`, { "m.relates_to": relation });
      }
    });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  advisory(82, "fields of wrong types end no sync", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const odd = [null, 5, true, "x", [], [null], { a: [] }];
    await survives(server, async ({ room, bob }) => {
      const types = ["m.room.message", "m.reaction", "m.beacon", "m.poll.start", "m.call.invite", "m.sticker", "m.room.encrypted"];
      for (const type of types)
        for (const [i, value] of odd.entries())
          await bob("PUT", `/rooms/${room}/send/${type}/${i}`, {
            body: value,
            msgtype: value,
            "m.relates_to": value,
            "m.mentions": value,
            "m.new_content": value,
            info: value,
            algorithm: value,
          });
    });
  });

  advisory(83, "rooms that replace one another in a circle are all listed, and end no sync", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await survives(server, async ({ client, room }) => {
      client.rooms.followUpgrades();
      const other = await replacementOf(client, room);
      await replace(client, room, room);
      await replace(client, other, other);
      await replace(client, other, room);
      await replace(client, room, other);
      // Only one of the two can say that it replaces the other, since IDs come after creation: the circle is broken there.
      await client.rooms.list().until((list) => list.length === 1 && list[0]?.id === other);
    });
  });

  advisory(84, "a room that claims to replace another takes its place only where that one says so too", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await survives(server, async ({ client, room }) => {
      const claims = await replacementOf(client, room);
      const listed = client.rooms.list();
      expect((await listed.until((list) => list.length === 2)).map(({ id }) => id)).toContain(room);
      const silent = await client.rooms.create();
      await replace(client, room, silent.id);
      await client.rooms.get(room)?.info.until(({ successor }) => successor === silent.id);
      expect(listed.value.map(({ id }) => id).toSorted()).toEqual([room, claims, silent.id].toSorted());
      await replace(client, room, claims);
      await listed.until((list) => list.length === 2 && list.every(({ id }) => id !== room));
    });
  });

  advisory(95, "extreme power levels end no sync", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await survives(server, async ({ client, room }) => {
      const most = Number.MAX_SAFE_INTEGER;
      const state = `/rooms/${room}/state/m.room.power_levels`;
      const token = client.session.value?.accessToken ?? "";
      for (const level of [most, -most, 0]) {
        const body = { users_default: -most, events_default: -most, state_default: level, ban: level, kick: -level, events: { x: level } };
        await server.request("PUT", `/_matrix/client/v3${state}`, body, token);
      }
    });
  });

  advisory(96, "an unknown join rule ends no sync", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await survives(server, async ({ client, bob }) => {
      const rule = { type: "m.room.join_rules", state_key: "", content: { join_rule: "org.custom.rule", allow: 5 } };
      for (let i = 0; i < 3; i++) await bob("POST", "/createRoom", { initial_state: [rule], invite: [client.userId] });
    });
  });
});
