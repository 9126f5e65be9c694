/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Keys of what was written before somebody was invited.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Client,
  type ClientOptions,
  createClient,
  type CreateRoomOptions,
  type EventId,
  memoryStore,
  type Room,
  silentLogger,
  type Store,
} from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "patrix-history-"));
let server: LocalHomeserver;
beforeAll(async () => {
  server = await localHomeserver(Array.from({ length: 32 }, (_, at) => `user${at}`));
});
beforeEach(() => {
  server.intercept = undefined;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

let users = 0;
const nextUser = (): string => `user${users++}`;
const uiaOf = (user: string) => () => ({ identifier: { type: "m.id.user", user }, password: `${user}-password` });

/** A device of a user, whose identity it knows nothing of. */
async function logIn(user: string, options: ClientOptions = {}): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, encryption: true, ...options });
  if (!client.session.value) await client.login.password(user, `${user}-password`);
  await client.start();
  return client;
}

/** The first device of a user, with an identity; or the same again. */
async function open(user: string, store: Store = memoryStore(), more: ClientOptions = {}): Promise<Client> {
  const isNew = (await store.all("session")).size === 0;
  const client = await logIn(user, { store, ...more });
  if (isNew) await client.encryption.setup({ uia: uiaOf(user) });
  return client;
}

/** A room with something written in it. */
async function writtenRoom(
  owner: Client,
  visibility?: "shared" | "world_readable" | "joined" | "invited",
  options: CreateRoomOptions = {},
): Promise<{ room: Room; ids: EventId[] }> {
  const room = await owner.rooms.create({ encrypted: true, ...options });
  if (visibility !== undefined) {
    await room.state.set("m.room.history_visibility", { history_visibility: visibility });
    await room.info.until(() => room.state.get("m.room.history_visibility")?.history_visibility === visibility);
  }
  return { room, ids: [await room.send.text("one"), await room.send.text("two")] };
}

/** What somebody reads of events: `undefined` for what cannot be decrypted. */
const read = (client: Client, { id }: Room, ids: readonly EventId[]): Promise<unknown[]> =>
  Promise.all(
    ids.map(async (eventId) => {
      const { content } = await client.rooms.get(id)!.event(eventId);
      return (content as { body?: unknown }).body;
    }),
  );

async function invited(client: Client, { id }: Room): Promise<Room> {
  await client.rooms.invites.until((rooms) => rooms.some((room) => room.id === id));
  return client.rooms.get(id)!;
}

describe("who is invited", () => {
  it("reads what was written before, in a room where new members may", async () => {
    for (const visibility of ["shared", "world_readable"] as const) {
      await using ann = await open(nextUser());
      await using bob = await open(nextUser());
      const { room, ids } = await writtenRoom(ann, visibility);
      await room.members.invite(bob.userId);
      await (await invited(bob, room)).join();
      await expect.poll(() => read(bob, room, ids)).toEqual(["one", "two"]);
    }
  });

  it("reads it also who joins by the alias of the room, and joins by the alias of another room as ever", async () => {
    await using ann = await open(nextUser());
    await using bob = await open(nextUser());
    const { room, ids } = await writtenRoom(ann, "shared", { alias: "tea" });
    const other = await ann.rooms.create({ alias: "coffee", preset: "public" });
    await room.members.invite(bob.userId);
    await invited(bob, room);
    expect((await bob.rooms.join("#coffee:example.org")).id).toBe(other.id);
    // The server finds it, as it always does.
    expect(server.requests.map(decodeURIComponent)).toContain("POST /_matrix/client/v3/join/#coffee:example.org");
    expect(bob.rooms.invites.value.map(({ id }) => id)).toEqual([room.id]);
    expect((await bob.rooms.join("#tea:example.org")).id).toBe(room.id);
    await expect.poll(() => read(bob, room, ids)).toEqual(["one", "two"]);
  });

  it("joins by an alias also where the server does not say whose it is, and hears why where there is none", async () => {
    await using ann = await open(nextUser());
    await using bob = await open(nextUser());
    const { room } = await writtenRoom(ann, "shared", { alias: "water" });
    await room.members.invite(bob.userId);
    await invited(bob, room);
    await expect(bob.rooms.join("#none:example.org")).rejects.toMatchObject({ errcode: "M_NOT_FOUND" });
    let isAway = true;
    server.intercept = (path) => {
      if (!path.includes("/directory/room/")) return undefined;
      return isAway ? new Response("", { status: 502 }) : Response.json({ errcode: "M_UNRECOGNIZED", error: "x" }, { status: 404 });
    };
    await using impatient = await open(nextUser(), memoryStore(), { retry: { limit: 0 } });
    await room.members.invite(impatient.userId);
    await invited(impatient, room);
    // What may pass is told: joining without the keys cannot be made up for.
    await expect(impatient.rooms.join("#water:example.org")).rejects.toMatchObject({ status: 502 });
    isAway = false;
    for (const client of [bob, impatient]) expect((await client.rooms.join("#water:example.org")).id).toBe(room.id);
  });

  it("does not where new members may not, or one of both does not want it, or the inviter has no identity", async () => {
    for (const [visibility, annShares, bobShares] of [
      ["joined", true, true],
      ["invited", true, true],
      ["shared", false, true],
      ["shared", true, false],
      ["shared", "without an identity", true],
    ] as const) {
      const [name, encryption] = [nextUser(), { sharesHistory: annShares !== false }];
      await using ann = annShares === "without an identity" ? await logIn(name) : await open(name, memoryStore(), { encryption });
      await using bob = await open(nextUser(), memoryStore(), { encryption: { sharesHistory: bobShares } });
      const { room, ids } = await writtenRoom(ann, visibility);
      const before = server.requests.length;
      await room.members.invite(bob.userId);
      const given = server.requests.slice(before).some((line) => line.includes("/media/v3/upload"));
      expect([visibility, annShares, given]).toEqual([visibility, annShares, visibility === "shared" && annShares === true]);
      await bob.rooms.join(room.id);
      // A message that is written now has come when what came before it has.
      await room.info.until(() => room.members.get(bob.userId)?.membership === "join");
      const now = await room.send.text("now");
      await expect.poll(async () => (await read(bob, room, [now]))[0]).toBe("now");
      if (visibility === "shared") await expect(read(bob, room, ids)).resolves.not.toContain("one");
    }
  });

  it("gets keys that the inviter has only in the backup", async () => {
    const name = nextUser();
    await using ann = await logIn(name);
    const { recoveryKey } = await ann.encryption.setup({ uia: uiaOf(name) });
    const { room, ids } = await writtenRoom(ann);
    await expect.poll(() => server.requests.some((line) => line === "PUT /_matrix/client/v3/room_keys/keys")).toBe(true);
    await using second = await logIn(name);
    await second.encryption.recover(recoveryKey);
    await using bob = await open(nextUser());
    await second.rooms.get(room.id)!.members.invite(bob.userId);
    await (await invited(bob, room)).join();
    await expect.poll(() => read(bob, room, ids)).toEqual(["one", "two"]);
  });

  it("gets keys that come after joining, also when the program ends between", async () => {
    await using ann = await open(nextUser());
    const [name, file] = [nextUser(), join(folder, "late.db")];
    const { room, ids } = await writtenRoom(ann);
    const bob = await open(name, sqliteStore(file));
    // The keys are on their way until somebody lets them through.
    let pass: () => void = () => {};
    const gate = new Promise<void>((resolve) => (pass = resolve));
    server.intercept = async (path) => {
      if (path.includes("/sendToDevice/m.room.encrypted")) await gate;
      return undefined;
    };
    const inviting = room.members.invite(bob.userId);
    await ann.api.send((await import("@patrix/client-api")).inviteUser, { path: { roomId: room.id }, body: { user_id: bob.userId } });
    await (await invited(bob, room)).join();
    await expect(read(bob, room, ids)).resolves.not.toContain("one");
    await bob[Symbol.asyncDispose]();
    pass();
    server.intercept = undefined;
    // Who has been invited already cannot be again, but the keys are sent.
    await expect(inviting).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    await using again = await open(name, sqliteStore(file));
    await expect.poll(() => read(again, room, ids)).toEqual(["one", "two"]);
  });

  it("gets keys after a restart whose file could not be fetched before, and gives up one that is gone or was changed", async () => {
    for (const fault of ["unreachable", "gone", "changed"]) {
      await using ann = await open(nextUser());
      const [name, file] = [nextUser(), join(folder, `${fault}.db`)];
      const { room, ids } = await writtenRoom(ann);
      const warnings: string[] = [];
      const logger = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
      const bob = await open(name, sqliteStore(file), { logger, retry: { limit: 0 } });
      server.intercept = async (path) => {
        if (!path.includes("/media/download/")) return undefined;
        if (fault === "unreachable") return Response.json({ errcode: "M_UNKNOWN", error: "later" }, { status: 502 });
        if (fault === "gone") return Response.json({ errcode: "M_NOT_FOUND", error: "no" }, { status: 404 });
        return new Response(new Uint8Array(100), { headers: { "content-type": "application/octet-stream" } });
      };
      await room.members.invite(bob.userId);
      await (await invited(bob, room)).join();
      await vi.waitUntil(() => warnings.some((text) => text.includes("what was written before")), { timeout: 20_000 });
      await bob[Symbol.asyncDispose]();
      server.intercept = undefined;
      await using again = await open(name, sqliteStore(file));
      if (fault === "unreachable") await expect.poll(() => read(again, room, ids)).toEqual(["one", "two"]);
      else {
        const now = await room.send.text("now");
        await expect.poll(async () => (await read(again, room, [now]))[0]).toBe("now");
        await expect(read(again, room, ids)).resolves.not.toContain("one");
      }
    }
  });

  it("takes no keys from anybody but who has invited", async () => {
    await using ann = await open(nextUser());
    await using eve = await open(nextUser());
    await using bob = await open(nextUser());
    const { room, ids } = await writtenRoom(ann);
    // Eve is in the room and has keys of her own for it, which Ann's invite does not make hers to give.
    await room.members.invite(eve.userId);
    await (await invited(eve, room)).join();
    await expect.poll(() => read(eve, room, ids)).toEqual(["one", "two"]);
    await ann.api.send((await import("@patrix/client-api")).inviteUser, { path: { roomId: room.id }, body: { user_id: bob.userId } });
    await (await invited(bob, room)).join();
    await expect(eve.rooms.get(room.id)!.members.invite(bob.userId)).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    const now = await room.send.text("now");
    await expect.poll(async () => (await read(bob, room, [now]))[0]).toBe("now");
    await expect(read(bob, room, ids)).resolves.not.toContain("one");
  });
});
