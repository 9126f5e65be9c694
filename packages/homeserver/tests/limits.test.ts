// Each limit that refuses is crossed: the documented error, and nothing stored.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LimitName, limits } from "../src/limits.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";
import { queryDatabase } from "./query-database.ts";

const client = "/_matrix/client/v3";
const dehydratedPath = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";
let server: TestHomeserver;
let folder: string;
/** The server's file, unless its data are in PostgreSQL. */
let database: DatabaseSync | undefined;
let alice: TestUser;
let bob: TestUser;
let count = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patrix-limits-"));
  server = await testHomeserver({ dataDir: folder });
  if (process.env["PATRIX_TEST_DATABASE"] === undefined) database = new DatabaseSync(join(folder, "patrix.db"), { readOnly: true });
  alice = await server.register("alice");
  bob = await server.register("bob");
});
afterAll(async () => {
  database?.close();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** A number that is another once the server has written anything. */
async function written(): Promise<unknown> {
  if (database) return database.prepare("pragma data_version").get()?.["data_version"];
  return (await queryDatabase<{ commits: string }>(folder, "select commits from patrix_store"))[0]?.commits;
}
/** Whether the server has written anything during the last request. */
let wroteLast = false;

async function watch(answer: () => Answer): Answer {
  for (let attempt = 1; ; attempt++) {
    const before = await written();
    const got = await answer();
    wroteLast = (await written()) !== before;
    // What an earlier request has left to be written can come at the same time, but not again and again.
    if (!wroteLast || got.status < 400 || attempt === 5) return got;
  }
}

type Answer = Promise<TestResponse<AnyBody>>;
const ask = (method: string, path: string, body?: unknown, user = alice): Answer =>
  watch(() => server.request(method, client + path, body, user.accessToken));
const own = (path: string): string => `/user/${alice.userId}${path}`;
const put = (path: string, body: unknown): Answer => ask("PUT", path, body);
const post = (path: string, body: unknown): Answer => ask("POST", path, body);
const many = (length: number): number[] => Array.from({ length }, (_, i) => i);
const text = (length: number): string => "x".repeat(length);
const newRoom = async (body: object = {}): Promise<string> => String((await post("/createRoom", body)).body["room_id"]);
const past = (name: LimitName): number => limits[name].value + 1;

/** Does something as often as it may be done, which must succeed, and once more. */
async function onceTooOften(name: LimitName, task: (i: number) => Answer): Answer {
  const tasks = many(limits[name].value);
  while (tasks.length > 0) for (const { status } of await Promise.all(tasks.splice(0, 10).map(task))) expect(status).toBe(200);
  return task(limits[name].value);
}

const session = { first_message_index: 0, forwarded_count: 0, is_verified: false };
async function newBackup(): Promise<string> {
  return String((await post("/room_keys/version", { algorithm: "a", auth_data: {} })).body["version"]);
}

/** How a limit is crossed, or the file beside this one that does so by its name. */
type Crossing = (() => Answer) | `${string}.test.ts`;

const crossings: Readonly<Record<LimitName, Crossing>> = {
  deviceIdLength: () => post("/login", { ...password(), device_id: text(past("deviceIdLength")) }),
  deviceDisplayNameLength: () => put(`/devices/${alice.deviceId}`, { display_name: text(past("deviceDisplayNameLength")) }),
  devices: async () => {
    const user = await server.register("devices");
    return onceTooOften("devices", (i) => (i === 0 ? ask("GET", "/devices", undefined, user) : post("/login", password(user))));
  },
  succeedingMembers: "../src/rooms/membership/successions.test.ts",
  purges: "purge/purge-room.test.ts",
  transactionPdus: "federation/limits.test.ts",
  transactionEdus: "federation/limits.test.ts",
  missingEvents: "federation/limits.test.ts",
  missedEvents: "federation/limits.test.ts",
  fetchedState: "federation/limits.test.ts",
  fetchedAuthChain: "federation/hostile-answers.test.ts",
  forwardExtremities: "federation/hostile-answers.test.ts",
  bucketFileBytes: "../src/media/s3/s3-media-store.test.ts",
  expensiveServerReads: "../src/http/server-server/bounded-requests.test.ts",
  waitingServerReads: "../src/http/server-server/bounded-requests.test.ts",
  namedDestinations: "../src/federation/destinations/destination-meter.test.ts",
  countedDestinations: "../src/federation/destinations/destination-meter.test.ts",
  serverTransactions: "../src/http/server-server/bounded-requests.test.ts",
  waitingTransactions: "../src/http/server-server/bounded-requests.test.ts",
  notaryQueries: "federation/keys.test.ts",
  waitingNotaryQueries: "federation/keys.test.ts",
  serverKeys: "federation/keys.test.ts",
  serverKeysBytes: "federation/keys.test.ts",
  boundInvites: "federation/third-party-invites.test.ts",
  waitingResolutions: "../src/rooms/state/resolutions.test.ts",
  strippedEvents: "federation/limits.test.ts",
  strippedBytes: "federation/limits.test.ts",
  backfilledEvents: "federation/limits.test.ts",
  joinServers: "federation/limits.test.ts",
  completionServers: "federation/partial-limits.test.ts",
  partialRoomServers: "federation/partial-limits.test.ts",
  heldPresence: "federation/partial-limits.test.ts",
  destinationEvents: "federation/limits.test.ts",
  destinationEdus: "../src/federation/destinations/destination.test.ts",
  destinationOutbox: "../src/federation/destinations/sender.test.ts",
  destinationOutboxBytes: "../src/federation/destinations/sender.test.ts",
  receivedMessages: "federation/device-limits.test.ts",
  directMessageBytes: "federation/device-limits.test.ts",
  remoteDevicesBytes: "federation/device-limits.test.ts",
  deviceListsRead: "federation/device-limits.test.ts",
  uiaBodyBytes: "../src/accounts/uia-operation.test.ts",
  uiaSessionsOfUser: "../src/accounts/uia-operation.test.ts",
  uiaSessions: "../src/accounts/uia-operation.test.ts",
  wrongPasswords: "../src/accounts/password-guesses.test.ts",
  passwordLength: () => post("/login", password(alice, text(past("passwordLength")))),
  profileFieldNameBytes: () => put(`/profile/${alice.userId}/${text(past("profileFieldNameBytes"))}`, {}),
  profileBytes: () => put(`/profile/${alice.userId}/org.example`, { "org.example": text(past("profileBytes")) }),
  receiptThreadBytes: async () => {
    const room = await newRoom();
    const { body } = await put(`/rooms/${room}/send/org.example/${count++}`, {});
    return post(`/rooms/${room}/receipt/m.read/${body["event_id"] ?? ""}`, { thread_id: `$${text(past("receiptThreadBytes"))}` });
  },
  receiptThreads: "stored-text.test.ts",
  receiptsInAnswer: "stored-text.test.ts",
  accountDataTypeLength: () => put(own(`/account_data/${text(past("accountDataTypeLength"))}`), {}),
  accountDataBytes: () => put(own("/account_data/org.example"), { text: text(past("accountDataBytes")) }),
  accountDataItems: "../src/accounts/account-data.test.ts",
  accountDataTotalBytes: async () => {
    const size = limits.accountDataBytes.value - 100;
    const fitting = Math.floor(limits.accountDataTotalBytes.value / size);
    for (const i of many(fitting - 1)) expect((await put(own(`/account_data/t${i}`), { text: text(size) })).status).toBe(200);
    await put(own(`/account_data/t${fitting}`), { text: text(size) });
    return put(own(`/account_data/t${fitting + 1}`), { text: text(size) });
  },
  accountDataRoomItems: "stored-text.test.ts",
  accountDataRoomBytes: "stored-text.test.ts",
  tagBytes: async () => put(own(`/rooms/${await newRoom()}/tags/${text(past("tagBytes"))}`), {}),
  pushRulesBytes: () => put("/pushrules/global/content/org.example", { actions: [], pattern: text(past("pushRulesBytes")) }),
  badgeRooms: "../src/push/notifications.test.ts",
  pushesWaiting: "../src/push/push-sender.test.ts",
  notificationsPage: "../src/push/list-notifications.test.ts",
  countedNotifications: "../src/push/unread-counts.test.ts",
  readThreads: "../src/rooms/ephemeral/read-marks.test.ts",
  userNotifications: "../src/push/record-notifications.test.ts",
  pushers: "stored-text.test.ts",
  pusherBytes: "stored-text.test.ts",
  deviceKeysBytes: () => {
    const algorithms = ["m.olm.v1.curve25519-aes-sha2"];
    const named = { [`ed25519:${alice.deviceId}`]: "A".repeat(43) };
    const keys = { user_id: alice.userId, device_id: alice.deviceId, algorithms, keys: named, signatures: {} };
    return post("/keys/upload", {
      device_keys: { ...keys, more: text(past("deviceKeysBytes")) },
    });
  },
  invitePatterns: "invite-filter.test.ts",
  dehydratedDeviceBytes: () => {
    const keys = {
      user_id: alice.userId,
      device_id: "DEHYDRATED",
      algorithms: [],
      keys: { "ed25519:DEHYDRATED": "A".repeat(43) },
      signatures: {},
    };
    const body = { device_id: "DEHYDRATED", device_keys: keys, device_data: { text: text(past("dehydratedDeviceBytes")) } };
    return watch(() => server.request("PUT", dehydratedPath, body, alice.accessToken));
  },
  oneTimeKeys: () =>
    post("/keys/upload", { one_time_keys: Object.fromEntries(many(past("oneTimeKeys")).map((i) => [`curve25519:k${i}`, "x"])) }),
  fallbackKeys: () => post("/keys/upload", { fallback_keys: Object.fromEntries(many(past("fallbackKeys")).map((i) => [`a${i}:k`, "x"])) }),
  oneTimeKeyBytes: () => post("/keys/upload", { one_time_keys: { "curve25519:k": text(past("oneTimeKeyBytes")) } }),
  crossSigningKeyBytes: () => {
    const keys = { "ed25519:nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk": "nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk" };
    return post("/keys/device_signing/upload", {
      auth: password(),
      master_key: { user_id: alice.userId, usage: ["master"], keys, more: text(past("crossSigningKeyBytes")) },
    });
  },
  keySignatures: "limits-below-http.test.ts",
  signedKeys: () =>
    post("/keys/signatures/upload", { [alice.userId]: Object.fromEntries(many(past("signedKeys")).map((i) => [`k${i}`, {}])) }),
  queriedUsers: () =>
    post("/keys/query", { device_keys: Object.fromEntries(many(past("queriedUsers")).map((i) => [`@u${i}:localhost`, []])) }),
  claimedKeys: () =>
    post("/keys/claim", { one_time_keys: { [bob.userId]: Object.fromEntries(many(past("claimedKeys")).map((i) => [`d${i}`, "a"])) } }),
  toDeviceNameLength: () => put(`/sendToDevice/${text(past("toDeviceNameLength"))}/1`, { messages: {} }),
  toDeviceTargets: () =>
    put("/sendToDevice/org.example/1", {
      messages: { [bob.userId]: Object.fromEntries(many(past("toDeviceTargets")).map((i) => [`d${i}`, {}])) },
    }),
  toDeviceContentBytes: () =>
    put("/sendToDevice/org.example/1", { messages: { [bob.userId]: { "*": { text: text(past("toDeviceContentBytes")) } } } }),
  toDeviceQueue: "to-device-queue.test.ts",
  toDeviceQueueBytes: "to-device-queue.test.ts",
  toDevicePages: "to-device-queue.test.ts",
  toDeviceInAnswer: "to-device-queue.test.ts",
  toDeviceBytesInAnswer: "to-device-queue.test.ts",
  eventBodyBytes: async () => put(`/rooms/${await newRoom()}/send/org.example/1`, { text: text(limits.eventBodyBytes.value) }),
  backupBodyBytes: async () =>
    put(`/room_keys/keys?version=${await newBackup()}`, { rooms: {}, padding: text(limits.backupBodyBytes.value) }),
  backupAlgorithmLength: () => post("/room_keys/version", { algorithm: text(past("backupAlgorithmLength")), auth_data: {} }),
  backupAuthDataBytes: () => post("/room_keys/version", { algorithm: "a", auth_data: { text: text(past("backupAuthDataBytes")) } }),
  backupVersions: async () => {
    const user = await server.register("backups");
    const make = () => ask("POST", "/room_keys/version", { algorithm: "a", auth_data: {} }, user);
    const first = await make();
    // A deleted one is none.
    await ask("DELETE", `/room_keys/version/${first.body["version"]}`, undefined, user);
    const refused = await onceTooOften("backupVersions", make);
    expect(wroteLast).toBe(false);
    const { body } = await ask("GET", "/room_keys/version", undefined, user);
    expect(body["version"]).toBe(`${limits.backupVersions.value + 1}`);
    return refused;
  },
  backupSessionIdLength: async () =>
    put(`/room_keys/keys/!a:x/${text(past("backupSessionIdLength"))}?version=${await newBackup()}`, { ...session, session_data: {} }),
  backupKeyBytes: async () =>
    put(`/room_keys/keys/!a:x/s?version=${await newBackup()}`, { ...session, session_data: { text: text(past("backupKeyBytes")) } }),
  backupKeys: "../src/e2ee/key-backups.test.ts",
  backupKeysInPage: "stored-text.test.ts",
  spaceChildren: "../src/directory/space-children.test.ts",
  spaceChildrenBytes: "../src/directory/space-children.test.ts",
  hierarchyPage: "../src/directory/space-hierarchy.test.ts",
  hierarchyPageBytes: "../src/directory/space-hierarchy.test.ts",
  hierarchyDepth: "../src/directory/space-hierarchy.test.ts",
  hierarchyRooms: "../src/directory/space-hierarchy.test.ts",
  threadSubscriptions: "thread-subscriptions.test.ts",
  threadSubscriptionsPage: "thread-subscriptions.test.ts",
  loginTokensOfUser: "../src/accounts/login-tokens.test.ts",
  loginTokens: "../src/accounts/login-tokens.test.ts",
  delayedEvents: "delayed-events.test.ts",
  finalisedDelayedEvents: "delayed-events.test.ts",
  stickyEvents: "sticky-events.test.ts",
  slidingStickyEvents: "sliding/sliding-sticky.test.ts",
  stickyBytes: "sticky-events.test.ts",
  reportReasonBytes: () => post(`/users/${bob.userId}/report`, { reason: text(past("reportReasonBytes")) }),
  reportsPerDay: async () => {
    const user = await server.register("reporter");
    return onceTooOften("reportsPerDay", () => ask("POST", `/users/${bob.userId}/report`, { reason: "" }, user));
  },
  mutualRoomsPage: "../src/rooms/read/mutual-rooms.test.ts",
  searchTermLength: () => post("/search", { search_categories: { room_events: { search_term: text(past("searchTermLength")) } } }),
  searchedText: "search/search-limits.test.ts",
  searchPage: "search/search-limits.test.ts",
  searchPageBytes: "search/search-limits.test.ts",
  searchStateBytes: "search/search-limits.test.ts",
  searchContext: "search/search-limits.test.ts",
  searchCandidates: "search/search-limits.test.ts",
  searchedEvents: "search/search-limits.test.ts",
  userSearchLength: () => post("/user_directory/search", { search_term: text(past("userSearchLength")) }),
  userSearchPage: "../src/directory/user-directory.test.ts",
  userSearchCandidates: "../src/directory/user-directory.test.ts",
  openIdTokens: () => onceTooOften("openIdTokens", () => post(own("/openid/request_token"), {})),
  transactionIdLength: async () => put(`/rooms/${await newRoom()}/send/org.example/${text(past("transactionIdLength"))}`, {}),
  aliasesOfRoom: async () => {
    const room = await newRoom();
    return onceTooOften("aliasesOfRoom", (i) => put(`/directory/room/${encodeURIComponent(`#a${i}:localhost`)}`, { room_id: room }));
  },
  aliasesOfUser: "limits-below-http.test.ts",
  aliasesOfAppservice: "appservice/unlimited.test.ts",
  appserviceIdLength: "../src/config/registration-files.test.ts",
  appserviceEvents: "appservice/transactions.test.ts",
  appserviceBytes: "appservice/transactions.test.ts",
  appserviceEphemeral: "../src/appservice/changed-things.test.ts",
  appserviceAnswerBytes: "appservice/asking-services.test.ts",
  appserviceRooms: "../src/appservice/network-rooms.test.ts",
  networkIdLength: "appservice/asking-services.test.ts",
  publishedRooms: "limits-below-http.test.ts",
  joinedRooms: "limits-below-http.test.ts",
  statusMsgBytes: () => put(`/presence/${alice.userId}/status`, { presence: "online", status_msg: text(past("statusMsgBytes")) }),
  presences: "../src/rooms/ephemeral/presence.test.ts",
  remoteDownloads: "federation/media.test.ts",
  waitingDownloads: "federation/media.test.ts",
  remotePresences: "../src/rooms/ephemeral/remote-presence.test.ts",
  presenceInAnswer: "../src/rooms/ephemeral/presence.test.ts",
  presenceRooms: "../src/rooms/ephemeral/presence.test.ts",
  typingUsers: "../src/sync/cuts/room-ephemeral.test.ts",
  streamEvents: "../src/sync/events/event-stream.test.ts",
  stateEventsInSlice: "state-slices.test.ts",
  stateEntries: "../src/rooms/write/state-size.test.ts",
  stateBytes: "../src/rooms/write/state-size.test.ts",
  membershipBytes: "../src/rooms/write/state-size.test.ts",
  pendingInvites: () => onceTooOften("pendingInvites", () => post("/createRoom", { invite: [bob.userId] })),
  roomsPerDay: async () => {
    const user = await server.register("rooms");
    return await onceTooOften("roomsPerDay", () => ask("POST", "/createRoom", {}, user));
  },
  mediaFilesPerDay: "daily-limits.test.ts",
  mediaBytesPerDay: "daily-limits.test.ts",
  remoteMediaFilesPerDay: "federation/media.test.ts",
  remoteMediaBytesPerDay: "federation/media.test.ts",
  toDeviceBytesPerDay: "daily-limits.test.ts",
  oneTimeKeysPerDay: "daily-limits.test.ts",
  keyChangesPerDay: "daily-limits.test.ts",
  pendingMedia: () =>
    onceTooOften("pendingMedia", () => watch(() => server.request("POST", "/_matrix/media/v1/create", {}, alice.accessToken))),
  previewUrlLength: "previews/hostile-pages.test.ts",
  previewPageBytes: "previews/hostile-pages.test.ts",
  previewImageBytes: "previews/previews.test.ts",
  urlPreviews: "previews/hostile-pages.test.ts",
  thumbnailPixels: async () => {
    const side = Math.ceil(Math.sqrt(past("thumbnailPixels")));
    const image = await sharp({ create: { width: side, height: side, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const { body } = await server.request("POST", "/_matrix/media/v3/upload", image, alice.accessToken);
    const path = `/_matrix/client/v1/media/thumbnail/${body["content_uri"]?.slice("mxc://".length) ?? ""}?width=32&height=32`;
    return watch(() => server.request("GET", path, undefined, alice.accessToken));
  },
  initialState: () =>
    post("/createRoom", { initial_state: many(past("initialState")).map((i) => ({ type: "a", state_key: `${i}`, content: {} })) }),
  firstInvites: () => post("/createRoom", { invite: many(past("firstInvites")).map((i) => `@u${i}:localhost`) }),
  additionalCreators: async () => {
    const additional_creators = many(past("additionalCreators")).map((i) => `@u${i}:localhost`);
    return post(`/rooms/${await newRoom()}/upgrade`, { new_version: "12", additional_creators });
  },
  filterBytes: () => post(own("/filter"), { event_fields: [text(past("filterBytes"))] }),
  filterPatterns: () => {
    const types = many(past("filterPatterns")).map((i) => `t${i}*`);
    return ask("GET", `/sync?filter=${encodeURIComponent(JSON.stringify({ room: { timeline: { types } } }))}`);
  },
  filters: () => onceTooOften("filters", (i) => post(own("/filter"), { room: { timeline: { limit: i + 1 } } })),
  expensiveReads: "load.test.ts",
  waitingReads: "load.test.ts",
  waitingSyncs: "load.test.ts",
  recentSyncs: "../src/log/wake-ups.test.ts",
  touchedRooms: "../src/log/wake-ups.test.ts",
  slidingLists: () => slide({ lists: Object.fromEntries(many(past("slidingLists")).map((i) => [`l${i}`, {}])) }),
  slidingSubscriptions: () =>
    slide({ room_subscriptions: Object.fromEntries(many(past("slidingSubscriptions")).map((i) => [`!r${i}:localhost`, {}])) }),
  slidingRanges: () => slide({ lists: { a: { ranges: many(past("slidingRanges")).map((i) => [i, i]) } } }),
  slidingListNameBytes: () => slide({ lists: { [text(past("slidingListNameBytes"))]: {} } }),
  slidingRequiredState: () => slide({ lists: { a: { required_state: many(past("slidingRequiredState")).map((i) => ["a", `${i}`]) } } }),
  slidingFilterValues: () => slide({ lists: { a: { filters: { tags: many(past("slidingFilterValues")).map((i) => `t${i}`) } } } }),
  slidingConnIdBytes: () => slide({ conn_id: text(past("slidingConnIdBytes")) }),
  slidingTimelineLimit: "sliding/sliding-limits.test.ts",
  slidingConnections: "sliding/sliding-limits.test.ts",
  slidingConnectionBytes: "sliding/sliding-limits.test.ts",
  syncBytes: "sync-bounds.test.ts",
  syncRooms: "sync-bounds.test.ts",
  syncChangedUsers: "sync-bounds.test.ts",
  syncTimelineBytes: "sync-bounds.test.ts",
  relatedEvents: "relations/relation-limits.test.ts",
  relatedStates: "relations/relation-limits.test.ts",
  bundledReferences: "relations/relation-limits.test.ts",
  bundledBytes: "relations/relation-limits.test.ts",
  threadsPage: "relations/relations.test.ts",
  threadsLooked: "relations/relation-limits.test.ts",
  eventsByTime: "relations/relation-limits.test.ts",
  pageEvents: "load.test.ts",
  pageBytes: "load.test.ts",
  publicRoomsPage: "../src/directory/published-rooms.test.ts",
  publicRoomsPageBytes: "../src/directory/published-rooms.test.ts",
};

function slide(body: object): Answer {
  return watch(() => server.request("POST", "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync", body, alice.accessToken));
}

function password({ userId } = alice, text = "secret"): object {
  return { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password: text };
}

it.each(Object.keys(limits) as LimitName[])(
  "%s is a limit",
  async (name) => {
    const crossing = crossings[name];
    if (typeof crossing === "string") {
      const source = readFileSync(new URL(crossing, import.meta.url), "utf8");
      // A limit without an error is told by what happens, not by its name.
      if ("errcode" in limits[name]) expect(source.includes(name)).toBe(true);
      return;
    }
    const limit = limits[name];
    const { body } = await crossing();
    expect(body["error"]).toContain(`${limit.value}`);
    expect(body["errcode"]).toBe("errcode" in limit ? limit.errcode : undefined);
    // What was refused has written nothing, so that what stood before stands.
    expect(wroteLast).toBe(false);
  },
  120_000,
);
