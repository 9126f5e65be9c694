import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { Direction, EventType, MsgType, Preset, RelationType, RoomMemberEvent, Visibility } from "matrix-js-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type JsSdkSession, registerAndLogin, startSyncing, waitForEvent, waitForMembership } from "./js-sdk-session.ts";

let server: TestHomeserver;
let alice: JsSdkSession;
let bob: JsSdkSession;

beforeAll(async () => {
  server = await testHomeserver();
  alice = await registerAndLogin(server.url, "alice", "correct horse 1");
  bob = await registerAndLogin(server.url, "bob", "correct horse 2");
});
afterAll(async () => {
  await alice?.[Symbol.asyncDispose]();
  await bob?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const text = (body: string): { msgtype: MsgType.Text; body: string } => ({ msgtype: MsgType.Text, body });

describe("matrix-js-sdk 43 in plain rooms", () => {
  let roomId: string;

  it("syncs both clients", async () => {
    await Promise.all([startSyncing(alice), startSyncing(bob)]);
    expect(["PREPARED", "SYNCING"]).toContain(alice.client.getSyncState());
  });

  it("creates a room, invites, and joins", async () => {
    ({ room_id: roomId } = await alice.client.createRoom({
      preset: Preset.PrivateChat,
      visibility: Visibility.Private,
      name: "Plain",
      invite: [bob.userId],
    }));
    await waitForMembership(bob, roomId, "invite");
    await bob.client.joinRoom(roomId);
    await waitForMembership(bob, roomId, "join");
    expect(bob.client.getRoom(roomId)?.name).toBe("Plain");
  });

  it("delivers messages both ways", async () => {
    const heardByBob = waitForEvent(bob, (event) => event.getContent()["body"] === "hello bob");
    await alice.client.sendMessage(roomId, text("hello bob"));
    expect((await heardByBob).getSender()).toBe(alice.userId);
    const heardByAlice = waitForEvent(alice, (event) => event.getContent()["body"] === "hello alice");
    await bob.client.sendMessage(roomId, text("hello alice"));
    expect((await heardByAlice).getSender()).toBe(bob.userId);
  });

  it("paginates back to the creation of the room without losing or repeating an event", async () => {
    const sent: string[] = [];
    for (let i = 0; i < 60; i++) sent.push((await alice.client.sendMessage(roomId, text(`line ${i}`))).event_id);
    const seen: string[] = [];
    let from: string | null = null;
    for (;;) {
      const page = await bob.client.createMessagesRequest(roomId, from, 17, Direction.Backward);
      seen.push(...page.chunk.map((event) => event.event_id));
      if (!page.end) break;
      from = page.end;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => sent.includes(id)).toReversed()).toEqual(sent);
  });

  it("sends reactions, receipts, typing, redactions, profile changes and state", async () => {
    const { event_id: eventId } = await alice.client.sendMessage(roomId, text("react to me"));
    const reacted = waitForEvent(alice, (event) => event.getType() === "m.reaction");
    await bob.client.sendEvent(roomId, EventType.Reaction, {
      "m.relates_to": { rel_type: RelationType.Annotation, event_id: eventId, key: "👍" },
    });
    expect((await reacted).getRelation()?.event_id).toBe(eventId);
    const typing = new Promise<boolean>((resolve) =>
      alice.client.on(RoomMemberEvent.Typing, (_event, member) => resolve(member.userId === bob.userId)),
    );
    await bob.client.sendTyping(roomId, true, 10_000);
    expect(await typing).toBe(true);
    await bob.client.setRoomReadMarkers(roomId, eventId);
    await bob.client.setDisplayName("Bob the Builder");
    expect((await alice.client.getProfileInfo(bob.userId)).displayname).toBe("Bob the Builder");
    const topic = waitForEvent(bob, (event) => event.getType() === "m.room.topic");
    await alice.client.setRoomTopic(roomId, "All about building");
    expect((await topic).getContent()["topic"]).toBe("All about building");
    const redacted = waitForEvent(bob, (event) => event.getType() === "m.room.redaction");
    await alice.client.redactEvent(roomId, eventId);
    await redacted;
    expect((await bob.client.fetchRoomEvent(roomId, eventId)).content).toEqual({});
  });

  it("uploads and downloads media with authentication", async () => {
    const bytes = new Uint8Array([137, 80, 78, 71, 1, 2, 3]);
    const { content_uri: uri } = await alice.client.uploadContent(new Blob([bytes]), { type: "image/png", name: "tiny.png" });
    const url = bob.client.mxcUrlToHttp(uri, undefined, undefined, undefined, undefined, undefined, true);
    const answer = await fetch(url ?? "", { headers: { authorization: `Bearer ${bob.client.getAccessToken()}` } });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    expect((await fetch(url ?? "")).status).toBe(401);
  });

  it("leaves and forgets", async () => {
    await bob.client.leave(roomId);
    await waitForMembership(bob, roomId, "leave");
    await bob.client.forget(roomId);
    await expect(bob.client.sendMessage(roomId, text("still here?"))).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
  });
});

describe("matrix-js-sdk 43 with end-to-end encryption", () => {
  it("exchanges encrypted messages both ways between two of its clients", async () => {
    await using carol = await registerAndLogin(server.url, "carol", "correct horse 3");
    await using dave = await registerAndLogin(server.url, "dave", "correct horse 4");
    for (const { client } of [carol, dave]) await client.initRustCrypto({ useIndexedDB: false });
    await Promise.all([startSyncing(carol), startSyncing(dave)]);
    const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
    const { room_id: roomId } = await carol.client.createRoom({
      preset: Preset.PrivateChat,
      invite: [dave.userId],
      initial_state: [encryption],
    });
    await waitForMembership(dave, roomId, "invite");
    await dave.client.joinRoom(roomId);
    await waitForMembership(dave, roomId, "join");
    await waitForMembership(carol, roomId, "join");
    const heardByDave = waitForEvent(dave, (event) => event.getType() === "m.room.message" && event.getContent()["body"] === "a secret");
    await carol.client.sendMessage(roomId, text("a secret"));
    expect((await heardByDave).getWireType()).toBe("m.room.encrypted");
    const heardByCarol = waitForEvent(carol, (event) => event.getType() === "m.room.message" && event.getContent()["body"] === "well kept");
    await dave.client.sendMessage(roomId, text("well kept"));
    expect((await heardByCarol).isEncrypted()).toBe(true);
  });
});
