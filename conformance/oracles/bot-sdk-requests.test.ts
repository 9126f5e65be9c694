// Whatever matrix-bot-sdk sends must find its typed endpoint.
import { createRequire } from "node:module";
import type * as BotSdk from "matrix-bot-sdk";
import { beforeAll, describe, expect, it } from "vitest";
import { ANSWER, decode, type RecordedRequest } from "./recorded-requests.ts";

const require = createRequire(import.meta.url);

/** Loads the SDK without its native module for encryption, which npm does not carry. */
function loadSdk(): typeof BotSdk {
  const path = createRequire(require.resolve("matrix-bot-sdk")).resolve("@matrix-org/matrix-sdk-crypto-nodejs");
  const enums = new Proxy({}, { get: () => 0 });
  const exports = new Proxy({}, { get: () => enums });
  require.cache[path] = { id: path, filename: path, loaded: true, exports } as unknown as NodeJS.Module;
  return require("matrix-bot-sdk") as typeof BotSdk;
}

const room = "!room:example.org";
const user = "@bob:example.org";
const event = "$event";
const alias = "#room:example.org";

type Sdk = BotSdk.MatrixClient;
const calls: Record<string, (client: Sdk) => unknown> = {
  getServerVersions: (c) => c.getServerVersions(),
  getOpenIDConnectToken: (c) => c.getOpenIDConnectToken(),
  getAccountData: (c) => c.getAccountData("m.direct"),
  getRoomAccountData: (c) => c.getRoomAccountData("m.tag", room),
  setAccountData: (c) => c.setAccountData("m.direct", { [user]: [room] }),
  setRoomAccountData: (c) => c.setRoomAccountData("m.tag", room, { tags: {} }),
  getPresenceStatus: (c) => c.getPresenceStatus(),
  getPresenceStatusFor: (c) => c.getPresenceStatusFor(user),
  setPresenceStatus: (c) => c.setPresenceStatus("online", "here"),
  getPublishedAlias: (c) => c.getPublishedAlias(room),
  createRoomAlias: (c) => c.createRoomAlias(alias, room),
  deleteRoomAlias: (c) => c.deleteRoomAlias(alias),
  setDirectoryVisibility: (c) => c.setDirectoryVisibility(room, "public"),
  getDirectoryVisibility: (c) => c.getDirectoryVisibility(room),
  resolveRoom: (c) => c.resolveRoom(alias),
  lookupRoomAlias: (c) => c.lookupRoomAlias(alias),
  inviteUser: (c) => c.inviteUser(user, room),
  kickUser: (c) => c.kickUser(user, room, "off topic"),
  banUser: (c) => c.banUser(user, room, "spam"),
  unbanUser: (c) => c.unbanUser(user, room),
  getWhoAmI: (c) => c.getWhoAmI(),
  getEvent: (c) => c.getEvent(room, event),
  getRawEvent: (c) => c.getRawEvent(room, event),
  getRoomState: (c) => c.getRoomState(room),
  getRoomStateEvents: (c) => c.getRoomStateEvents(room, "m.room.member", user),
  getRoomStateEvent: (c) => c.getRoomStateEvent(room, "m.room.name", ""),
  getEventContext: (c) => c.getEventContext(room, event, 5),
  getUserProfile: (c) => c.getUserProfile(user),
  setDisplayName: (c) => c.setDisplayName("Alice"),
  setAvatarUrl: (c) => c.setAvatarUrl("mxc://example.org/a"),
  unsetAvatarUrl: (c) => c.setAvatarUrl(""),
  joinRoom: (c) => c.joinRoom(alias, ["example.org", "example.com"]),
  getJoinedRooms: (c) => c.getJoinedRooms(),
  getJoinedRoomMembers: (c) => c.getJoinedRoomMembers(room),
  getJoinedRoomMembersWithProfiles: (c) => c.getJoinedRoomMembersWithProfiles(room),
  getRoomMembers: (c) => c.getRoomMembers(room, "t1", ["join"], ["ban"]),
  getAllRoomMembers: (c) => c.getAllRoomMembers(room, "t1"),
  getRoomMembersByMembership: (c) => c.getRoomMembersByMembership(room, "invite"),
  getRoomMembersWithoutMembership: (c) => c.getRoomMembersWithoutMembership(room, "leave"),
  leaveRoom: (c) => c.leaveRoom(room, "bye"),
  forgetRoom: (c) => c.forgetRoom(room),
  sendReadReceipt: (c) => c.sendReadReceipt(room, event),
  setTyping: (c) => c.setTyping(room, true, 5000),
  replyText: (c) => c.replyText(room, { event_id: event, sender: user, content: { body: "a" } }, "b"),
  replyHtmlNotice: (c) => c.replyHtmlNotice(room, { event_id: event, sender: user, content: { body: "a" } }, "<b>b</b>"),
  sendNotice: (c) => c.sendNotice(room, "a"),
  sendHtmlNotice: (c) => c.sendHtmlNotice(room, "<b>a</b>"),
  sendText: (c) => c.sendText(room, "a"),
  sendHtmlText: (c) => c.sendHtmlText(room, "<b>a</b>"),
  sendMessage: (c) => c.sendMessage(room, { msgtype: "m.emote", body: "waves" }),
  sendEvent: (c) => c.sendEvent(room, "org.example/odd type", {}),
  sendStateEvent: (c) => c.sendStateEvent(room, "m.room.topic", "", { topic: "a" }),
  redactEvent: (c) => c.redactEvent(room, event, "typo"),
  createRoom: (c) => c.createRoom({ name: "a", preset: "private_chat", invite: [user], visibility: "private", room_version: "11" }),
  userHasPowerLevelFor: (c) => c.userHasPowerLevelFor(user, room, "m.room.message", false),
  setUserPowerLevel: (c) => c.setUserPowerLevel(user, room, 50),
  uploadContent: (c) => c.uploadContent(Buffer.from("a"), "text/plain", "a b.txt"),
  downloadContent: (c) => c.downloadContent("mxc://example.org/a"),
  getRoomUpgradeHistory: (c) => c.getRoomUpgradeHistory(room),
  createSpace: (c) => c.createSpace({ name: "a", isPublic: true, localpart: "space", topic: "b" }),
  uploadDeviceOneTimeKeys: (c) =>
    c.uploadDeviceOneTimeKeys({ "signed_curve25519:A": { key: "a2V5", signatures: { [user]: { "ed25519:D": "c2ln" } } } }),
  checkOneTimeKeyCounts: (c) => c.checkOneTimeKeyCounts(),
  uploadFallbackKey: (c) =>
    c.uploadFallbackKey({ keyId: "signed_curve25519:A", key: { key: "a2V5", signatures: { [user]: { "ed25519:D": "c2ln" } } } } as never),
  getUserDevices: (c) => c.getUserDevices([user], 1000),
  getOwnDevices: (c) => c.getOwnDevices(),
  claimOneTimeKeys: (c) => c.claimOneTimeKeys({ [user]: { DEVICE: "signed_curve25519" as never } }),
  sendToDevices: (c) => c.sendToDevices("m.dummy", { [user]: { "*": {} } }),
  getRelationsForEvent: (c) => c.getRelationsForEvent(room, event, "m.annotation", "m.reaction"),
  start: async (c) => {
    const started = c.start({ room: { timeline: { limit: 5 } } });
    await started;
    c.stop();
  },
  "adminApis.whoisUser": (c) => c.adminApis.whoisUser(user),
  "unstableApis.addReactionToEvent": (c) => c.unstableApis.addReactionToEvent(room, event, "👍"),
  "unstableApis.getRelationsForEvent": (c) => c.unstableApis.getRelationsForEvent(room, event),
  "dms.getOrCreateDm": (c) => c.dms.getOrCreateDm(user),
};

describe("matrix-bot-sdk 0.8", () => {
  let sdk: typeof BotSdk;
  const recorded: RecordedRequest[] = [];

  beforeAll(() => {
    sdk = loadSdk();
    sdk.LogService.setLevel(sdk.LogLevel.ERROR);
    sdk.LogService.setLogger({ info() {}, warn() {}, error() {}, debug() {}, trace() {} });
    sdk.setRequestFn((options: Sent, answer: (error: undefined, response: object, body: unknown) => void) => {
      recorded.push(toRecorded(options));
      const body = options.encoding === null ? Buffer.from("a") : ANSWER;
      answer(undefined, { statusCode: 200, body, headers: { "content-type": "application/json" } }, body);
    });
  });

  it.each(Object.entries(calls))("%s sends what a typed endpoint takes", async (_, call) => {
    recorded.length = 0;
    const client = new sdk.MatrixClient("https://example.org", "token");
    // Encryption itself is not there; some methods only ask whether it is set up.
    Object.defineProperty(client, "crypto", { value: { isReady: true, prepare() {}, onRoomEvent() {}, isRoomEncrypted: () => false } });
    await Promise.resolve(call(client)).catch(() => undefined);
    expect(recorded.length).toBeGreaterThan(0);
    expectClean(recorded);
  });

  const identityCalls: Record<string, (client: BotSdk.IdentityClient) => unknown> = {
    getAccount: (c) => c.getAccount(),
    getTermsOfService: (c) => c.getTermsOfService(),
    acceptTerms: (c) => c.acceptTerms(["https://example.org/terms"]),
    lookup: (c) => c.lookup([{ kind: "email", address: "a@example.org" }], true),
    makeEmailInvite: (c) => c.makeEmailInvite("a@example.org", room),
  };
  it.each(Object.entries(identityCalls))("its identity client's %s sends what a typed endpoint takes", async (_, call) => {
    recorded.length = 0;
    const homeserver = new sdk.MatrixClient("https://example.org", "token");
    const client = await sdk.IdentityClient.acquire(
      { access_token: "t", expires_in: 60, matrix_server_name: "example.org", token_type: "Bearer" },
      "https://id.example.org",
      homeserver,
    );
    await Promise.resolve(call(client)).catch(() => undefined);
    expect(recorded.length).toBeGreaterThan(0);
    expectClean(recorded);
  });

  it.each(["passwordRegister", "passwordLogin"] as const)("its %s sends what a typed endpoint takes", async (name) => {
    recorded.length = 0;
    await new sdk.MatrixAuth("https://example.org")[name]("alice", "secret", "a bot").catch(() => undefined);
    expectClean(recorded);
    expect(recorded.map((request) => decode(request).id)).toEqual([name === "passwordLogin" ? "login" : "register"]);
  });
});

function expectClean(recorded: readonly RecordedRequest[]): void {
  const results = recorded.map(decode);
  expect(results.filter(({ problem, repairs }) => problem !== undefined || repairs.length > 0)).toEqual([]);
}

interface Sent {
  readonly uri: string;
  readonly method: string;
  readonly qs: Readonly<Record<string, unknown>> | null;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly encoding?: null;
}

/** What the library `request` makes of the options that the SDK sets: lists are repeated. */
function toRecorded({ uri, method, qs, headers, body }: Sent): RecordedRequest {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(qs ?? {}))
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined && item !== null) url.searchParams.append(name, String(item));
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { method, url, headers: lowerCase, body };
}
