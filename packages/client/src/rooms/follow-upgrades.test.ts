/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { createRoom } from "@patrix/client-api";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { describe, expect, it, vi } from "vitest";
import type { Client } from "../client.ts";
import { createClient } from "../create-client.ts";
import { type Logger, silentLogger } from "../logger.ts";
import type { Room } from "./room.ts";

interface Scene extends AsyncDisposable {
  readonly server: LocalHomeserver;
  readonly ann: Client;
  readonly bob: Client;
  /** A room of Ann's with Bob in it. */
  readonly old: Room;
  /** What Bob's client has logged as warnings. */
  readonly warnings: string[];
  /** Ann makes a room that says that it replaces another. */
  replacement(of: Room, settings?: object): Promise<Room>;
  /** Ann says that a room is replaced by another. */
  replace(of: Room, by: Room): Promise<void>;
}

async function scene(): Promise<Scene> {
  const server = await localHomeserver(["ann", "bob"]);
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (text) => void warnings.push(text) };
  const logIn = async (user: string): Promise<Client> => {
    const client = await createClient("example.org", { fetch: server.fetch, logger: user === "bob" ? logger : silentLogger });
    await client.login.password(user, `${user}-password`);
    await client.start();
    return client;
  };
  const [ann, bob] = [await logIn("ann"), await logIn("bob")];
  const old = await ann.rooms.create({ name: "Old", preset: "public" });
  await (await bob.rooms.join(old.id)).info.until(({ membership }) => membership === "join");
  return {
    server,
    ann,
    bob,
    old,
    warnings,
    async replacement(of, settings = {}) {
      const body = { preset: "public_chat", creation_content: { predecessor: { room_id: of.id } }, ...settings } as const;
      const { room_id: id } = await ann.api.send(createRoom, { body });
      await ann.rooms.list().until((list) => list.some((room) => room.id === id));
      return ann.rooms.get(id) ?? expect.unreachable("the room is not known");
    },
    async replace(of, { id }) {
      await of.state.set("m.room.tombstone", { body: "moved", replacement_room: id });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([ann.stop(), bob.stop()]);
      await server[Symbol.asyncDispose]();
    },
  };
}

const idsOf = (rooms: readonly Room[]): readonly string[] => rooms.map(({ id }) => id);

describe("a room that was upgraded", () => {
  it("is followed, again and again, and gives way in the list of rooms", async () => {
    await using own = await scene();
    const { ann, bob, old } = own;
    const [rooms, replaced] = [bob.rooms.list(), bob.rooms.list({ filter: { replaced: true }, sort: "name" })];
    const end = bob.rooms.followUpgrades();
    const next = await own.replacement(old, { name: "Next" });
    await own.replace(old, next);
    await rooms.until((list) => list.length === 1 && list[0]?.id === next.id);
    expect([idsOf(replaced.value), bob.rooms.get(old.id)?.isReplaced, bob.rooms.get(next.id)?.isReplaced]).toEqual([[old.id], true, false]);
    const last = await own.replacement(next, { name: "Last" });
    await own.replace(next, last);
    await rooms.until((list) => list.length === 1 && list[0]?.id === last.id);
    expect(idsOf(replaced.value)).toEqual([next.id, old.id]);
    await ann.rooms.list().until((list) => idsOf(list).join() === last.id);
    end();
    const unheard = await own.replacement(last);
    await own.replace(last, unheard);
    await bob.rooms.get(last.id)!.info.until(({ successor }) => successor === unheard.id);
    expect([bob.rooms.get(unheard.id), idsOf(rooms.value)]).toEqual([undefined, [last.id]]);
  });

  it("stays in the list where its successor does not say that it replaces it", async () => {
    await using own = await scene();
    const { ann, bob, old } = own;
    bob.rooms.followUpgrades();
    const other = await ann.rooms.create({ preset: "public" });
    await own.replace(old, other);
    const both = await bob.rooms.list().until((list) => list.length === 2);
    expect(idsOf(both).toSorted()).toEqual([old.id, other.id].toSorted());
  });

  it("is followed where whoever upgraded it counts, to rooms that the user has not joined and is not banned from", async () => {
    await using own = await scene();
    const { bob, old } = own;
    const from = vi.fn<(user: string) => boolean>(() => false);
    const stop = new AbortController();
    bob.rooms.followUpgrades({ from, signal: stop.signal });
    const next = await own.replacement(old);
    await own.replace(old, next);
    await vi.waitUntil(() => from.mock.calls.length > 0, { interval: 5, timeout: 20_000 });
    expect(from.mock.calls).toEqual([[own.ann.userId]]);
    stop.abort();
    const joined: string[] = [];
    const join = (id: string, via: readonly string[]): Promise<void> => {
      joined.push(id, ...via);
      return new Promise(() => {});
    };
    bob.rooms.followUpgrades({ from: [own.ann.userId], join });
    const known = await own.replacement(old);
    await (await bob.rooms.join(known.id)).info.until(({ membership }) => membership === "join");
    await own.replace(old, known);
    const banned = await own.replacement(old);
    await (await bob.rooms.join(banned.id)).info.until(({ membership }) => membership === "join");
    await banned.members.ban(bob.userId);
    await bob.rooms.get(banned.id)!.info.until(({ membership }) => membership === "ban");
    await own.replace(old, banned);
    await own.replace(old, next);
    await own.replace(old, banned);
    // It is being joined already.
    await own.replace(old, next);
    const last = await own.replacement(old);
    await own.replace(old, last);
    await vi.waitUntil(() => joined.includes(last.id), { interval: 5, timeout: 20_000 });
    expect([joined, from.mock.calls.length]).toEqual([[next.id, "example.org", last.id, "example.org"], 1]);
  });

  it("whose successor cannot be joined is a warning, and sync goes on", async () => {
    await using own = await scene();
    const { bob, old } = own;
    bob.rooms.followUpgrades();
    const closed = await own.replacement(old, { preset: "private_chat" });
    await own.replace(old, closed);
    await vi.waitUntil(() => own.warnings.length > 0, { interval: 5, timeout: 20_000 });
    expect(own.warnings).toEqual([`${old.id} is upgraded, but ${closed.id} could not be joined`]);
    const open = await own.replacement(old);
    await own.replace(old, open);
    await bob.rooms.list().until((list) => list.some(({ id }) => id === open.id));
  });
});
