/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it, vi } from "vitest";
import { type Client, createClient, silentLogger } from "@patrix/client";
import { createRoom } from "@patrix/client-api";
import { localHomeserver } from "@patrix/homeserver/testing";

describe("what can be watched beside events", () => {
  it("are receipts, typing and account data, what a membership event did, and what replaces a room", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const logIn = async (user: string): Promise<Client> => {
      const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger });
      await client.login.password(user, `${user}-password`);
      return client;
    };
    const [ann, bob] = [await logIn("ann"), await logIn("bob")];
    await ann.start();
    const room = await ann.rooms.create({ invite: [bob.userId], version: "11" });
    const changes: string[] = [];
    room.on("m.room.member", ({ membershipChange }) => changes.push(membershipChange));
    const theirs = await bob.rooms.join(room.id);
    const sent = await room.send.text("x");

    await (await theirs.event(sent)).markRead();
    expect((await room.receipts.until((all) => all.has(bob.userId))).get(bob.userId)?.eventId).toBe(sent);
    await theirs.setTyping(true);
    expect((await room.typing.until((all) => all.length > 0)).map(({ id }) => id)).toEqual([bob.userId]);

    const [own, global] = [room.accountData.watch("com.acme.note"), ann.accountData.watch("com.acme.note")];
    expect([own.value, global.value]).toEqual([undefined, undefined]);
    await room.accountData.set("com.acme.note", { of: "room" });
    await ann.accountData.set("com.acme.note", { of: "all" });
    await own.until((content) => content?.["of"] === "room");
    await global.until((content) => content?.["of"] === "all");
    expect([room.accountData.get("com.acme.note"), ann.accountData.get("com.acme.note")]).toEqual([{ of: "room" }, { of: "all" }]);

    await theirs.state.set("m.room.member", { membership: "join", displayname: "Bobby" }, bob.userId);
    await vi.waitUntil(() => changes.includes("profile-changed"), { interval: 5, timeout: 20_000 });
    await room.members.kick(bob.userId);
    await vi.waitUntil(() => changes.length === 3, { interval: 5, timeout: 20_000 });
    expect(changes).toEqual(["joined", "profile-changed", "kicked"]);

    const creation_content = { predecessor: { room_id: room.id } };
    const { room_id: next } = await ann.api.send(createRoom, { body: { creation_content } });
    await ann.rooms.list().until((list) => list.some(({ id }) => id === next));
    await room.state.set("m.room.tombstone", { body: "moved", replacement_room: next });
    await room.info.until(() => room.successor !== undefined);
    expect([room.successor, ann.rooms.get(next)?.predecessor]).toEqual([next, room.id]);
    await ann.stop();
  });
});
