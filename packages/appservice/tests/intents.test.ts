/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What a service does as its bot, as ghosts, and as people.
import type { Appservice } from "@patrix/appservice";
import { getTokenOwner } from "@patrix/client-api";
import type { EventId, RoomId, UserId } from "@patrix/identifiers";
import type { TestUser } from "@patrix/homeserver/testing";
import { describe, expect, it } from "vitest";
import { type BridgedServer, bridgedServer } from "./bridged-server.ts";

/** The requests of a service that have left it, as `METHOD path` without the query. */
class Requests {
  readonly all: string[] = [];
  /** How the next requests that match are answered instead of by the homeserver. */
  readonly faults: { readonly match: RegExp; readonly answer: () => Response }[] = [];

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const line = `${init?.method ?? "GET"} ${decodeURIComponent(url.pathname).replace("/_matrix/client/v3", "")}`;
    this.all.push(line);
    const at = this.faults.findIndex(({ match }) => match.test(line));
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1);
    return fault ? fault.answer() : fetch(input, init);
  };

  count(match: RegExp): number {
    return this.all.filter((line) => match.test(line)).length;
  }
}

interface Scene {
  readonly hs: BridgedServer;
  readonly service: Appservice;
  readonly requests: Requests;
  readonly alice: TestUser;
  readonly roomId: RoomId;
}

async function scene(hs: BridgedServer, settings: object = {}): Promise<Scene> {
  const requests = new Requests();
  const service = await hs.start(undefined, { fetch: requests.fetch });
  const alice = await hs.server.register("alice");
  const roomId = (await hs.server.createRoom(alice, { ...settings })) as RoomId;
  return { hs, service, requests, alice, roomId };
}

async function stateOf(hs: BridgedServer, user: TestUser, roomId: string, path: string): Promise<unknown> {
  return (await hs.server.requestAs(user, "GET", `/rooms/${roomId}/state/${path}`)).body;
}

describe("a ghost", () => {
  it("is registered and joined once, whoever needs it at the same time, and never again after a restart", async () => {
    await using hs = await bridgedServer();
    const { service, requests, alice, roomId } = await scene(hs);
    const ghost = service.intent(service.userId("_irc_bob"));
    await Promise.all([1, 2, 3].map(() => ghost.ensureRegistered()));
    await Promise.all([1, 2, 3].map(() => ghost.ensureJoined(roomId)));
    await Promise.all([1, 2, 3].map((i) => ghost.sendText(roomId, `text ${i}`)));
    expect([requests.count(/^POST \/register/), requests.count(/^POST \/join/)]).toEqual([1, 1]);
    const again = new Requests();
    const restarted = await hs.start(undefined, { fetch: again.fetch });
    await restarted.intent(ghost.userId).sendText(roomId, "text 4");
    expect(again.count(/^POST \/register/)).toBe(0);
    expect(await hs.said(alice, roomId)).toEqual([1, 2, 3, 4].map((i) => `@_irc_bob text ${i}`));
  });

  it("asks once whether a room is encrypted, and does not send into one of which the homeserver tells that it is now", async () => {
    await using hs = await bridgedServer();
    const { service, requests, alice, roomId } = await scene(hs);
    const ghost = service.intent(service.userId("_irc_bob"));
    for (const text of ["one", "two", "three"]) await ghost.sendText(roomId, text);
    expect(requests.count(/^GET .*m\.room\.encryption/)).toBe(1);
    const path = `/rooms/${roomId}/state/m.room.encryption`;
    await hs.server.requestAs(alice, "PUT", path, { algorithm: "m.megolm.v1.aes-sha2" });
    const isRefused = (): Promise<unknown> =>
      ghost.sendText(roomId, "four").then(
        () => undefined,
        (error: unknown) => error,
      );
    await expect.poll(isRefused).toMatchObject({ code: "ROOM_IS_ENCRYPTED" });
    expect(await hs.said(alice, roomId)).toContain("@_irc_bob three");
  });

  it("that the homeserver knows already is taken as it is", async () => {
    await using hs = await bridgedServer();
    const first = await scene(hs);
    await first.service.intent(first.service.userId("_irc_bob")).ensureRegistered();
    await first.service.store.write([{ table: "patrix.ghosts", key: "@_irc_bob:localhost", value: undefined }]);
    const service = await hs.start();
    await service.intent(service.userId("_irc_bob")).sendText(first.roomId, "still here");
    expect(await hs.said(first.alice, first.roomId)).toEqual(["@_irc_bob still here"]);
  });

  it("comes into a room that is closed by an invite of the bot, and into none where the bot is not", async () => {
    await using hs = await bridgedServer();
    const { service, alice, roomId } = await scene(hs, { preset: "private_chat", invite: ["@_irc_bot:localhost"] });
    const ghost = service.intent(service.userId("_irc_bob"));
    await expect(ghost.sendText(roomId, "too early")).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    await service.bot.join(roomId);
    await ghost.sendText(roomId, "in");
    expect(await hs.said(alice, roomId)).toEqual(["@_irc_bob in"]);
  });

  it("that was thrown out comes back when it has something to say", async () => {
    await using hs = await bridgedServer();
    const { service, alice, roomId } = await scene(hs);
    const ghost = service.intent(service.userId("_irc_bob"));
    await ghost.sendText(roomId, "one");
    await hs.server.requestAs(alice, "POST", `/rooms/${roomId}/kick`, { user_id: ghost.userId });
    await ghost.sendText(roomId, "two");
    await ghost.leave(roomId, "gone");
    expect(await stateOf(hs, alice, roomId, `m.room.member/${ghost.userId}`)).toMatchObject({ membership: "leave", reason: "gone" });
    await ghost.sendText(roomId, "three");
    expect(await hs.said(alice, roomId)).toEqual(["one", "two", "three"].map((text) => `@_irc_bob ${text}`));
  });

  it("has its profile set where it differs, and nowhere else", async () => {
    await using hs = await bridgedServer();
    const { service, requests, alice } = await scene(hs);
    const ghost = service.intent(service.userId("_irc_bob"));
    const avatarUrl = await ghost.media.upload({ data: new Uint8Array([1, 2, 3]), name: "bob.png" });
    for (let i = 0; i < 2; i++) await ghost.setProfile({ displayName: "Bob (IRC)", avatarUrl });
    expect(requests.count(/^PUT \/profile/)).toBe(2);
    expect((await hs.server.requestAs(alice, "GET", `/profile/${ghost.userId}`)).body).toMatchObject({
      displayname: "Bob (IRC)",
      avatar_url: avatarUrl,
    });
    await ghost.setProfile({ displayName: "Robert" });
    expect(requests.count(/^PUT \/profile/)).toBe(3);
  });

  it("says things in the order of the calls, and each name of a transaction once", async () => {
    await using hs = await bridgedServer();
    const { service, alice, roomId } = await scene(hs);
    const ghost = service.intent(service.userId("_irc_bob"));
    const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => ghost.sendText(roomId, `${i}`, { txnId: `line ${i}` })));
    expect(await ghost.sendText(roomId, "0", { txnId: "line 0" })).toBe(ids[0]);
    expect(await hs.said(alice, roomId)).toEqual(Array.from({ length: 20 }, (_, i) => `@_irc_bob ${i}`));
  });

  it("redacts, reads, types, and sends HTML, notices and emotes", async () => {
    await using hs = await bridgedServer();
    const { service, alice, roomId } = await scene(hs);
    const ghost = service.intent(service.userId("_irc_bob"));
    const html = await ghost.sendHtml(roomId, "<b>bold</b> &lt;text&gt;");
    const notice = await ghost.sendNotice(roomId, "a notice");
    await ghost.sendEmote(roomId, "waves");
    await ghost.redact(roomId, notice, { reason: "a mistake" });
    const said = (await hs.say(alice, roomId, "hello")) as EventId;
    await ghost.markRead(roomId, said);
    await ghost.setTyping(roomId, 30_000);
    expect(await hs.said(alice, roomId)).toEqual(["@_irc_bob bold <text>", "@_irc_bob (redacted)", "@_irc_bob waves", "@alice hello"]);
    const old = await ghost.sendText(roomId, "long ago", { timestamp: 1_000_000_000_000 });
    expect((await hs.server.requestAs(alice, "GET", `/rooms/${roomId}/event/${old}`)).body).toMatchObject({
      origin_server_ts: 1_000_000_000_000,
    });
    const shown = await hs.server.requestAs(alice, "GET", `/rooms/${roomId}/event/${html}`);
    expect(shown.body).toMatchObject({ content: { formatted_body: "<b>bold</b> &lt;text&gt;", "m.mentions": {} } });
    const { body } = await hs.server.requestAs(alice, "GET", "/sync");
    const ephemeral = JSON.stringify(body["rooms"]?.["join"]?.[roomId]?.["ephemeral"]);
    expect(ephemeral).toContain("m.typing");
    expect(ephemeral).toContain(`"${said}":{"m.read":{"${ghost.userId}"`);
    await ghost.setTyping(roomId, 0);
    expect(await ghost.displayName(roomId, alice.userId)).toBe("alice");
    await ghost.setProfile({ displayName: "Bob" });
    expect(await service.bot.displayName(roomId, ghost.userId)).toBe("Bob");
    expect(await ghost.displayName(roomId, "@nobody:localhost")).toBe("nobody");
  });

  it("logs in, and acts as the device that it has then", async () => {
    await using hs = await bridgedServer();
    const { service } = await scene(hs);
    const ghost = service.intent(service.userId("_irc_bob"));
    const session = await ghost.logIn({ deviceName: "bridge" });
    const whoami = await hs.server.request("GET", "/_matrix/client/v3/account/whoami", undefined, session.accessToken);
    expect(whoami.body).toMatchObject({ user_id: ghost.userId, device_id: session.deviceId });
    expect(await ghost.asDevice(session.deviceId).http.send(getTokenOwner, {})).toMatchObject({ device_id: session.deviceId });
    await expect(ghost.asDevice("NONE").http.send(getTokenOwner, {})).rejects.toMatchObject({ errcode: "M_UNKNOWN_DEVICE" });
  });
});

describe("the bot", () => {
  it("sets state and power levels where they differ, and nowhere else", async () => {
    await using hs = await bridgedServer();
    const { service, requests, alice } = await scene(hs);
    const ghostId = service.userId("_irc_bob");
    const roomId = await service.bot.createRoom({ preset: "public_chat", name: "Talk", invite: [alice.userId] });
    await hs.server.requestAs(alice, "POST", `/join/${roomId}`, {});
    for (let i = 0; i < 2; i++) {
      await service.bot.setState(roomId, "m.room.topic", "", { topic: "tea" });
      await service.bot.setPowerLevels(roomId, { [ghostId]: 50 });
    }
    expect(requests.count(/^PUT .*m\.room\.topic/)).toBe(1);
    expect(requests.count(/^PUT .*m\.room\.power_levels/)).toBe(1);
    expect(await stateOf(hs, alice, roomId, "m.room.power_levels")).toMatchObject({ users: { [ghostId]: 50 } });
    await service.bot.setPowerLevels(roomId, { [ghostId]: undefined });
    expect(await stateOf(hs, alice, roomId, "m.room.power_levels")).not.toMatchObject({ users: { [ghostId]: 50 } });
    await service.intent(ghostId).join(roomId);
    await service.bot.kick(roomId, ghostId, "enough");
    expect(await stateOf(hs, alice, roomId, `m.room.member/${ghostId}`)).toMatchObject({ membership: "leave" });
  });
});

describe("a homeserver that asks to wait", () => {
  it("is waited for, however long it goes on, and the message arrives once", async () => {
    await using hs = await bridgedServer();
    const requests = new Requests();
    let sleptMs = 0;
    const clock = {
      now: () => Date.now(),
      async sleep(ms: number, signal?: AbortSignal) {
        signal?.throwIfAborted();
        sleptMs += ms;
      },
    };
    const service = await hs.start(undefined, { fetch: requests.fetch, clock });
    const alice = await hs.server.register("alice");
    const roomId = (await hs.server.createRoom(alice)) as RoomId;
    const refusal = () => Response.json({ errcode: "M_LIMIT_EXCEEDED", error: "slowly", retry_after_ms: 100_000 }, { status: 429 });
    for (let i = 0; i < 8; i++) requests.faults.push({ match: /^PUT .*send/, answer: refusal });
    requests.faults.push({ match: /^POST .*register/, answer: () => Response.json({ errcode: "M_UNKNOWN", error: "x" }, { status: 502 }) });
    await service.intent(service.userId("_irc_bob")).sendText(roomId, "patience");
    expect(sleptMs).toBeGreaterThanOrEqual(800_000);
    expect(await hs.said(alice, roomId)).toEqual(["@_irc_bob patience"]);
  });
});

describe("a person", () => {
  it("is spoken for without being registered, and what was said so is known again", async () => {
    await using hs = await bridgedServer({ serverName: "localhost", doublePuppets: true });
    const heard: string[] = [];
    const service = await hs.start((each) => each.on("m.room.message", (message) => heard.push(String(message.content.body))));
    const alice = await hs.server.register("alice");
    const roomId = (await hs.server.createRoom(alice)) as RoomId;
    await service.bot.join(roomId);
    await service.intent(alice.userId as UserId).sendText(roomId, "from the other network");
    await hs.say(alice, roomId, "from here");
    await expect.poll(() => heard).toEqual(["from here"]);
    expect(await hs.said(alice, roomId)).toEqual(["@alice from the other network", "@alice from here"]);
  });
});
