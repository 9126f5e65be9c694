// What a person does in the first hour with a client that is set up as Element is, through a proxy that counts.
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import {
  ClientEvent,
  Direction,
  EventType,
  HttpApiEvent,
  type MatrixClient,
  MsgType,
  Preset,
  RelationType,
  RoomMemberEvent,
  Visibility,
} from "matrix-js-sdk";
import type { RoomMessageEventContent } from "matrix-js-sdk/lib/types.js";
import {
  CryptoEvent,
  type CryptoApi,
  type VerificationRequest,
  VerificationPhase,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ElementSession, logIn, openSession, registerAccount, waitForEvent, waitForMembership, waitUntil } from "./element-session.ts";
import { type LoggingProxy, startLoggingProxy } from "./logging-proxy.ts";

/**
 * What clients ask for in that hour and the server does not have yet. Each row is asked for below and must be answered with
 * `M_UNRECOGNIZED`: a row whose endpoint is served fails, and goes.
 */
const owed: readonly { readonly what: string; readonly method: string; readonly path: string }[] = [
  { what: "metadata of OAuth", method: "GET", path: "/v1/auth_metadata" },
];

/** Proposals that the client looks for, and does without. */
const probed: readonly RegExp[] = [/\/unstable\//, /\/org\.matrix\./];

const passwords = { alice: "correct horse 1", bob: "correct horse 2", carol: "correct horse 3" };
const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
const text = (body: string): RoomMessageEventContent => ({ msgtype: MsgType.Text, body });
const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 1, 2, 3]);

let server: TestHomeserver;
let proxy: LoggingProxy;
let alice: ElementSession;
let bob: ElementSession;
let carol: ElementSession;

beforeAll(async () => {
  server = await testHomeserver();
  proxy = await startLoggingProxy(server.url);
});
afterAll(async () => {
  for (const session of [alice, bob, carol]) await session?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

function cryptoOf(client: MatrixClient): CryptoApi {
  const crypto = client.getCrypto();
  if (!crypto) throw new Error("the client does not encrypt");
  return crypto;
}

/** Waits for a decrypted message with a text. */
async function hears(session: ElementSession, body: string): Promise<string> {
  const event = await waitForEvent(session, (heard) => heard.getType() === "m.room.message" && heard.getContent()["body"] === body);
  return event.getWireType();
}

async function createRoom(session: ElementSession, options: Parameters<MatrixClient["createRoom"]>[0], ...others: ElementSession[]) {
  const invite = others.map(({ userId }) => userId);
  const { room_id: roomId } = await session.client.createRoom({ preset: Preset.PrivateChat, invite, ...options });
  for (const other of others) {
    await waitForMembership(other, roomId, "invite");
    await other.client.joinRoom(roomId);
    await waitForMembership(other, roomId, "join");
  }
  await waitForMembership(session, roomId, "join");
  return roomId;
}

describe("the first hour with matrix-js-sdk 43 as Element sets it up", () => {
  let encrypted: string;
  let plain: string;

  it("registers, logs in and starts", async () => {
    const open = async (name: keyof typeof passwords): Promise<ElementSession> => {
      await registerAccount(proxy.url, name, passwords[name]);
      const session = await openSession(proxy.url, await logIn(proxy.url, name, passwords[name]), { profile: name });
      await session.start();
      return session;
    };
    [alice, bob, carol] = [await open("alice"), await open("bob"), await open("carol")];
    expect(alice.userId).toBe("@alice:localhost");
  });

  it("sets up a profile that others see", async () => {
    const { content_uri: uri } = await alice.client.uploadContent(new Blob([png]), { type: "image/png", name: "me.png" });
    await alice.client.setDisplayName("Alice");
    await alice.client.setAvatarUrl(uri);
    expect(await bob.client.getProfileInfo(alice.userId)).toMatchObject({ displayname: "Alice", avatar_url: uri });
  });

  it("creates private, public and encrypted rooms, invites by ID, and the invited accept", async () => {
    plain = await createRoom(alice, { name: "Plain" }, bob);
    expect(bob.client.getRoom(plain)?.name).toBe("Plain");
    const open = await createRoom(alice, {
      preset: Preset.PublicChat,
      visibility: Visibility.Public,
      name: "Open",
      room_alias_name: "open",
    });
    await bob.client.joinRoom("#open:localhost");
    await waitForMembership(bob, open, "join");
    encrypted = await createRoom(alice, { name: "Secrets", initial_state: [encryption] }, bob, carol);
    for (const { client } of [alice, bob, carol])
      expect(client.isRoomEncrypted(encrypted) || client.getRoom(encrypted)?.hasEncryptionStateEvent()).toBe(true);
  });

  it("sends encrypted messages both ways with lazily loaded members", async () => {
    for (const [from, to, body] of [
      [alice, [bob, carol], "from alice"],
      [bob, [alice, carol], "from bob"],
      [carol, [alice, bob], "from carol"],
    ] as const) {
      const heard = to.map((session) => hears(session, body));
      await from.client.sendMessage(encrypted, text(body));
      expect(await Promise.all(heard)).toEqual(["m.room.encrypted", "m.room.encrypted"]);
    }
    const asked = proxy.requests.filter(({ path, query }) => path.endsWith("/members") && query.has("at"));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 200));
  });

  it.each(["plain", "encrypted"])("replies, edits, reacts and redacts in a room that is %s", async (kind) => {
    const roomId = kind === "plain" ? plain : encrypted;
    const { event_id: first } = await alice.client.sendMessage(roomId, text(`first in ${kind}`));
    const replied = hears(alice, `reply in ${kind}`);
    await bob.client.sendMessage(roomId, {
      ...text(`reply in ${kind}`),
      "m.relates_to": { "m.in_reply_to": { event_id: first } },
    } as RoomMessageEventContent);
    await replied;
    const edited = waitForEvent(bob, (event) => event.getContent()["m.new_content"]?.body === `edited in ${kind}`);
    await alice.client.sendMessage(roomId, {
      ...text(`* edited in ${kind}`),
      "m.new_content": text(`edited in ${kind}`),
      "m.relates_to": { rel_type: RelationType.Replace, event_id: first },
    } as RoomMessageEventContent);
    await edited;
    await waitUntil(() => bob.client.getRoom(roomId)?.findEventById(first)?.getContent()["body"] === `edited in ${kind}`);
    const reacted = waitForEvent(alice, (event) => event.getType() === "m.reaction" && event.getRelation()?.event_id === first);
    await bob.client.sendEvent(roomId, EventType.Reaction, {
      "m.relates_to": { rel_type: RelationType.Annotation, event_id: first, key: "👍" },
    });
    await reacted;
    await alice.client.redactEvent(roomId, first);
    await waitUntil(() => bob.client.getRoom(roomId)?.findEventById(first)?.isRedacted());
    expect((await bob.client.fetchRoomEvent(roomId, first)).content).toEqual({});
  });

  it("uploads a picture and shows it to somebody else", async () => {
    const { content_uri: uri } = await alice.client.uploadContent(new Blob([png]), { type: "image/png", name: "tiny.png" });
    const seen = waitForEvent(bob, (event) => event.getContent()["url"] === uri);
    await alice.client.sendMessage(plain, { msgtype: MsgType.Image, body: "tiny.png", url: uri } as RoomMessageEventContent);
    await seen;
    const url = bob.client.mxcUrlToHttp(uri, undefined, undefined, undefined, undefined, undefined, true) ?? "";
    const answer = await fetch(url, { headers: { authorization: `Bearer ${bob.client.getAccessToken()}` } });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(png);
    expect((await fetch(url)).status).toBe(401);
  });

  it("shows receipts and who is typing", async () => {
    const { event_id: eventId } = await alice.client.sendMessage(plain, text("read me"));
    const event = await waitUntil(() => bob.client.getRoom(plain)?.findEventById(eventId));
    await bob.client.sendReadReceipt(event);
    await waitUntil(() => alice.client.getRoom(plain)?.hasUserReadEvent(bob.userId, eventId));
    await bob.client.setRoomReadMarkers(plain, eventId);
    await waitUntil(() => bob.client.getRoom(plain)?.getAccountData("m.fully_read")?.getContent()["event_id"] === eventId);
    const typing = new Promise<string>((resolve) => alice.client.on(RoomMemberEvent.Typing, (_event, member) => resolve(member.userId)));
    await bob.client.sendTyping(plain, true, 10_000);
    expect(await typing).toBe(bob.userId);
  });

  it("pages back to the creation of a room without losing or repeating an event", async () => {
    const sent: string[] = [];
    for (let i = 0; i < 60; i++) sent.push((await alice.client.sendMessage(plain, text(`line ${i}`))).event_id);
    const seen: string[] = [];
    let from: string | null = null;
    for (;;) {
      const page = await bob.client.createMessagesRequest(plain, from, 17, Direction.Backward);
      seen.push(...page.chunk.map((event) => event.event_id));
      if (!page.end) break;
      from = page.end;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => sent.includes(id)).toReversed()).toEqual(sent);
  });

  it("comes back from its stores: rooms at once, messages that can be read, and a sync that goes on where it was", async () => {
    // The store writes what it has at most every few minutes by itself.
    await carol.client.store.save(true);
    await carol[Symbol.asyncDispose]();
    const missed = await alice.client.sendMessage(encrypted, text("while carol was away"));
    const before = proxy.requests.length;
    carol = await openSession(proxy.url, carol.login, { profile: "carol" });
    const stored = new Promise<void>((resolve) => {
      carol.client.once(ClientEvent.Sync, (_state, _before, data) => {
        if (data?.fromCache === true) resolve();
      });
    });
    await Promise.all([stored, carol.start()]);
    const room = await waitUntil(() => carol.client.getRoom(encrypted));
    await waitUntil(() =>
      room
        .getLiveTimeline()
        .getEvents()
        .some((event) => event.getContent()["body"] === "from bob"),
    );
    await waitUntil(() => room.findEventById(missed.event_id)?.getContent()["body"] === "while carol was away");
    const syncs = proxy.requests.slice(before).filter(({ path, query }) => path.endsWith("/sync") && query.has("since"));
    expect(syncs.length).toBeGreaterThan(0);
  });

  it("finds a public room in the directory, and joins it", async () => {
    const { chunk } = await carol.client.publicRooms({ limit: 20, filter: { generic_search_term: "ope" } });
    expect(chunk).toMatchObject([{ name: "Open", canonical_alias: "#open:localhost" }]);
    const { roomId } = await carol.client.joinRoom("#open:localhost");
    await waitForMembership(carol, roomId, "join");
  });

  it("creates a space and puts a room into it", async () => {
    const space = await createRoom(alice, { name: "Everything", creation_content: { type: "m.space" } }, bob);
    await alice.client.sendStateEvent(space, EventType.SpaceChild, { via: ["localhost"] }, plain);
    await waitUntil(() => bob.client.getRoom(space)?.currentState.getStateEvents("m.space.child", plain));
    expect(bob.client.getRoom(space)?.isSpaceRoom()).toBe(true);
  });

  it("kicks, bans and unbans, with and without a reason, and changes power levels", async () => {
    const roomId = await createRoom(alice, { name: "Strict", room_version: "11" }, bob, carol);
    await alice.client.setPowerLevel(roomId, bob.userId, 50);
    await waitUntil(() => bob.client.getRoom(roomId)?.getMember(bob.userId)?.powerLevel === 50);
    await bob.client.kick(roomId, carol.userId, "for a while");
    await waitForMembership(carol, roomId, "leave");
    await alice.client.invite(roomId, carol.userId);
    await waitForMembership(carol, roomId, "invite");
    await bob.client.ban(roomId, carol.userId);
    await waitForMembership(carol, roomId, "ban");
    await expect(carol.client.joinRoom(roomId)).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    await bob.client.unban(roomId, carol.userId);
    await waitForMembership(carol, roomId, "leave");
    await expect(bob.client.kick(roomId, alice.userId)).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
  });

  it("changes the topic of a room, leaves and forgets it", async () => {
    const roomId = await createRoom(alice, { name: "Short" }, bob);
    const topic = waitForEvent(bob, (event) => event.getType() === "m.room.topic");
    await alice.client.setRoomTopic(roomId, "Not for long");
    expect((await topic).getContent()["topic"]).toBe("Not for long");
    await bob.client.leave(roomId);
    await waitForMembership(bob, roomId, "leave");
    await bob.client.forget(roomId);
    await expect(bob.client.sendMessage(roomId, text("still here?"))).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
  });

  it("is told that a room by link cannot be previewed, and previews one that anyone may read", async () => {
    const closed = await createRoom(alice, { name: "Closed" });
    await expect(bob.client.peekInRoom(closed)).rejects.toMatchObject({ httpStatus: 403, errcode: "M_FORBIDDEN" });
    const history = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "world_readable" } };
    const readable = await createRoom(alice, { preset: Preset.PublicChat, name: "Readable", initial_state: [history] });
    await alice.client.sendMessage(readable, text("for everyone"));
    const room = await bob.client.peekInRoom(readable);
    expect(room.name).toBe("Readable");
    expect(
      room
        .getLiveTimeline()
        .getEvents()
        .some((event) => event.getContent()["body"] === "for everyone"),
    ).toBe(true);
    bob.client.stopPeeking();
    await bob.client.joinRoom(readable);
    await waitForMembership(bob, readable, "join");
  });
});

describe("keys and devices in that hour", () => {
  let phone: ElementSession;
  let recoveryKey: Uint8Array<ArrayBuffer> | undefined;
  afterAll(() => phone?.[Symbol.asyncDispose]());

  it("sets up cross-signing, secret storage and key backup", async () => {
    const crypto = cryptoOf(alice.client);
    await crypto.bootstrapCrossSigning({
      authUploadDeviceSigningKeys: async (request) => {
        await request(null);
      },
    });
    await crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => {
        const key = await crypto.createRecoveryKeyFromPassphrase();
        recoveryKey = key.privateKey;
        return key;
      },
      setupNewSecretStorage: true,
      setupNewKeyBackup: true,
    });
    expect(await crypto.isCrossSigningReady()).toBe(true);
    expect(await crypto.isSecretStorageReady()).toBe(true);
    expect(await crypto.getActiveSessionBackupVersion()).toBe("1");
    await waitUntil(() =>
      proxy.requests.some(({ method, path, status }) => method === "PUT" && path.endsWith("/room_keys/keys") && status === 200),
    );
  });

  it("verifies a new device by comparing pictures, and the new device gets the secrets", async () => {
    phone = await openSession(proxy.url, await logIn(proxy.url, "alice", passwords.alice), { profile: "alice-phone" });
    const asked = new Promise<VerificationRequest>((resolve) => alice.client.on(CryptoEvent.VerificationRequestReceived, resolve));
    await phone.start();
    await waitUntil(() => proxy.requests.some(({ path }) => path.endsWith("/keys/query")));
    await cryptoOf(phone.client).getUserDeviceInfo([alice.userId], true);
    await cryptoOf(alice.client).getUserDeviceInfo([alice.userId], true);
    const request = await cryptoOf(phone.client).requestOwnUserVerification();
    const received = await asked;
    await received.accept();
    await waitUntil(() => request.phase === VerificationPhase.Ready);
    const verifiers = [await request.startVerification("m.sas.v1"), await waitUntil(() => received.verifier)];
    const pictures = verifiers.map(
      (verifier) =>
        new Promise<unknown>((resolve) => {
          verifier.once(VerifierEvent.ShowSas, (sas) => {
            resolve(sas.sas.emoji);
            void sas.confirm();
          });
        }),
    );
    await Promise.all(verifiers.map((verifier) => verifier.verify()));
    const [shown, expected] = await Promise.all(pictures);
    expect(shown).toEqual(expected);
    await waitUntil(async () => {
      const trust = await cryptoOf(alice.client).getDeviceVerificationStatus(alice.userId, phone.deviceId);
      return trust?.crossSigningVerified;
    });
    const crypto = cryptoOf(phone.client);
    await waitUntil(() => crypto.isCrossSigningReady());
    await waitUntil(() => crypto.getSessionBackupPrivateKey());
  });

  it("restores the backup in another new device by the recovery key, and reads an old message there", async () => {
    await using tablet = await openSession(proxy.url, await logIn(proxy.url, "alice", passwords.alice), { profile: "alice-tablet" });
    await tablet.start();
    const keyId = await tablet.client.secretStorage.getDefaultKeyId();
    if (keyId === null || recoveryKey === undefined) throw new Error("there is no secret storage");
    tablet.secretStorageKeys.set(keyId, recoveryKey);
    const crypto = cryptoOf(tablet.client);
    expect(await crypto.userHasCrossSigningKeys(alice.userId, true)).toBe(true);
    await crypto.bootstrapCrossSigning({});
    expect(await crypto.isCrossSigningReady()).toBe(true);
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    const { imported, total } = await crypto.restoreKeyBackup();
    expect(imported).toBe(total);
    expect(total).toBeGreaterThan(0);
    const room = await waitUntil(() => tablet.client.getRooms().find(({ name }) => name === "Secrets"));
    await tablet.client.scrollback(room, 50);
    await waitUntil(() =>
      room
        .getLiveTimeline()
        .getEvents()
        .some((event) => event.getContent()["body"] === "from bob"),
    );
  });

  it("lists the devices, logs another one out, and that one hears of it", async () => {
    const { devices } = await alice.client.getDevices();
    expect(devices.map(({ device_id }) => device_id)).toEqual(expect.arrayContaining([alice.deviceId, phone.deviceId]));
    const loggedOut = new Promise<void>((resolve) => phone.client.on(HttpApiEvent.SessionLoggedOut, () => resolve()));
    const asked = await alice.client.deleteDevice(phone.deviceId).catch((error: { data?: { session?: string } }) => error.data);
    const { session } = asked as { session?: string };
    await alice.client.deleteDevice(phone.deviceId, {
      type: "m.login.password",
      session,
      identifier: { type: "m.id.user", user: alice.userId },
      password: passwords.alice,
    });
    await loggedOut;
    const left = (await alice.client.getDevices()).devices.map(({ device_id }) => device_id);
    expect(left).not.toContain(phone.deviceId);
  });

  it("changes the password, which logs the others out and leaves this one in", async () => {
    const other = await logIn(proxy.url, "bob", passwords.bob);
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: bob.userId }, password: passwords.bob };
    await bob.client.setPassword(auth, "a better one", true);
    expect((await bob.client.whoami()).device_id).toBe(bob.deviceId);
    const answer = await server.request("GET", "/_matrix/client/v3/account/whoami", undefined, other.access_token);
    expect(answer.status).toBe(401);
    await expect(logIn(proxy.url, "bob", passwords.bob)).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    await logIn(proxy.url, "bob", "a better one");
  });
});

describe("the server in that hour", () => {
  it("never failed", () => {
    expect(proxy.tally().filter(([line]) => line.startsWith("5"))).toEqual([]);
    expect(proxy.requests.length).toBeGreaterThan(200);
  });

  it("was asked for nothing that it does not have but what is owed, and proposals", () => {
    const known = owed.map(({ method, path }) => `${method} /_matrix/client${path.split("?")[0]?.replace(/\{\w+\}/g, "{}")}`);
    const unknown = proxy.unserved().filter((line) => !known.includes(line) && !probed.some((pattern) => pattern.test(line)));
    expect(unknown).toEqual([]);
  });

  it.each(owed)("still owes $what", async ({ method, path }) => {
    const user = await server.register(`asker-${owed.findIndex((row) => row.path === path && row.method === method)}`);
    const created = await server.request("POST", "/_matrix/client/v3/createRoom", {}, user.accessToken);
    const room = String(created.body["room_id"]);
    const sent = await server.request("PUT", `/_matrix/client/v3/rooms/${room}/send/org.example/1`, {}, user.accessToken);
    const filled = path.replace("{room}", room).replace("{event}", String(sent.body["event_id"])).replace("{user}", user.userId);
    const answer = await server.request(method, `/_matrix/client${filled}`, undefined, user.accessToken);
    expect([answer.status, answer.body["errcode"]]).toEqual([404, "M_UNRECOGNIZED"]);
  });
});
