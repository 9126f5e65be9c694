// Every table and every text of the database has a limit, or a reason why it needs none: a new one without fails here.
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { type LimitName, limits } from "../src/limits.ts";
import { migrate } from "../src/store/sqlite/open-database.ts";

/** The limits that bound something, or why nobody can make it grow. */
type Bound = readonly LimitName[] | `since ${string}`;

const own = "since only the server writes it, a few rows in all" as const;
const numbered = "since names are numbered for events that are accepted, and for accounts" as const;
const hash = "since it is a hash of 32 bytes" as const;
const localpart = "since a user ID has at most 255 bytes" as const;
const moved = "since only moving in from another server writes it" as const;
const eventId = "since it is the ID of an event that is there" as const;

/** What bounds the rows of each table, and each column that holds text or bytes. */
const bounds: Readonly<Record<string, Readonly<Record<string, Bound>>>> = {
  meta: { rows: own, key: own, value: own },
  shards: { rows: own },
  counters: { rows: own, kind: own },
  cursors: { rows: own, name: own },
  users: { rows: numbered, user_id: localpart },
  event_types: { rows: numbered, type: "since a type has at most 255 bytes" },
  state_keys: { rows: numbered, skey: "since a type and a state key have at most 255 bytes each" },
  rooms: {
    rows: ["roomsPerDay"],
    room_id: "since a room ID has at most 255 bytes",
    version: "since the version is one that the server knows",
    tips: "since only received events fork a room",
  },
  events: {
    rows: "since they are what a server is for; the rate of messages and the quota of rooms bound them",
    event_id: eventId,
    txn: ["transactionIdLength"],
    delay_id: hash,
    json: "since an event has at most 65,536 bytes",
  },
  relations: {
    rows: "since an event has one",
    target_id: "since an event ID has at most 255 bytes",
    rel_type: "since a longer one than 255 bytes is not stored",
    annotation: hash,
  },
  timeline_spans: { rows: "since there is an event in each" },
  threads: { rows: "since there is an event in each", root_id: "since an event ID has at most 255 bytes" },
  delayed_events: {
    rows: ["delayedEvents", "finalisedDelayedEvents"],
    delay_id: hash,
    txn: ["transactionIdLength"],
    type: "since a type has at most 255 bytes",
    state_key: "since a state key has at most 255 bytes",
    content: "since an event has at most 65,536 bytes",
    error: "since the server writes it",
  },
  pending_redactions: { rows: "since a redaction has one", target_id: "since an event ID has at most 255 bytes" },
  thread_subscriptions: { rows: ["threadSubscriptions"], root_id: eventId },
  sticky_events: { rows: ["stickyEvents", "stickyBytes"] },
  state_groups: { rows: ["stateEntries"], delta: ["stateEntries"] },
  partial_rooms: {
    rows: ["joinedRooms", "roomsPerDay"],
    server: "since a server name has at most 255 bytes",
    servers: ["partialRoomServers"],
  },
  memberships: { rows: ["joinedRooms", "pendingInvites", "roomsPerDay"], membership: "since the authorisation rules know five" },
  aliases: { rows: ["aliasesOfRoom", "aliasesOfUser", "aliasesOfAppservice"], alias: "since an alias has at most 255 bytes" },
  directory: { rows: ["publishedRooms"] },
  txn_ids: { rows: "since they are kept for a day, and the rate of messages bounds them", txn: ["transactionIdLength"] },
  search_texts: { rows: "since an event has one", words: ["searchedText"] },
  notifying_events: { rows: ["countedNotifications"], thread: eventId },
  user_notifications: { rows: ["userNotifications"], thread: eventId },
  own_push_rules: { rows: "since each user has one for each shard" },
  read_marks: { rows: ["readThreads", "joinedRooms"], thread: ["receiptThreadBytes"] },
  receipts: { rows: ["receiptThreads", "joinedRooms"], type: "since there are two", thread: ["receiptThreadBytes"], event_id: eventId },
  account_data: {
    rows: ["accountDataItems", "accountDataRoomItems"],
    type: ["accountDataTypeLength"],
    json: ["accountDataBytes", "accountDataTotalBytes", "accountDataRoomBytes", "pushRulesBytes", "tagBytes"],
  },
  accounts: {
    rows: "since the rate of registrations bounds them",
    password_hash: "since it has a fixed length",
    user_type: moved,
    app_service_id: ["appserviceIdLength"],
    consent_version: moved,
  },
  appservices: { rows: "since a registration file names each", id: ["appserviceIdLength"] },
  appservice_transactions: {
    rows: ["appserviceEvents"],
    txn_id: "since the server makes it, of 24 characters",
    json: ["appserviceBytes"],
  },
  appservice_rooms: { rows: ["appserviceRooms"], network_id: ["networkIdLength"] },
  third_party_ids: { rows: moved, medium: moved, address: moved },
  external_ids: { rows: moved, provider: moved, external_id: moved },
  stripped_state: { rows: ["pendingInvites"], json: ["strippedEvents", "strippedBytes"] },
  missing_events: { rows: "since a received event follows at most 20", event_id: "since an event ID has at most 255 bytes" },
  server_keys: {
    rows: ["serverKeys"],
    server: "since a server name has at most 255 bytes",
    json: ["serverKeysBytes"],
  },
  purges: {
    rows: ["purges"],
    purge_id: own,
    room_id: "since a room ID has at most 255 bytes",
    kind: "since the server writes it",
    options: "since an administrator writes it, in a request of bounded size",
    error: "since the server writes it",
  },
  blocked_rooms: { rows: "since only administrators write them", room_id: "since a room ID has at most 255 bytes" },
  destinations: { rows: "since a user of each is in a room", server: "since a server name has at most 255 bytes", sent: own },
  federation_outbox: {
    rows: ["destinationOutbox", "destinationOutboxBytes"],
    server: "since a server name has at most 255 bytes",
    json: ["toDeviceContentBytes", "deviceKeysBytes"],
  },
  remote_devices: {
    rows: ["devices", "remoteDevicesBytes"],
    device_id: ["deviceIdLength"],
    json: ["deviceKeysBytes", "remoteDevicesBytes"],
  },
  remote_device_lists: { rows: "since there is one of a user who shares a room" },
  device_list_streams: { rows: "since each local user has one" },
  received_messages: {
    rows: ["receivedMessages"],
    server: "since a server name has at most 255 bytes",
    message_id: ["toDeviceNameLength"],
  },
  user_words: { rows: "since one text has at most 24 words", word: "since a word has at most 64 letters" },
  reports: {
    rows: ["reportsPerDay"],
    room_id: "since a room ID has at most 255 bytes",
    event_id: eventId,
    user_id: localpart,
    reason: ["reportReasonBytes"],
  },
  open_rooms: { rows: ["roomsPerDay"], reason: "since there are two" },
  profiles: { rows: ["profileBytes"], field: ["profileFieldNameBytes"], json: ["profileBytes"] },
  devices: {
    rows: ["devices"],
    device_id: ["deviceIdLength"],
    display_name: ["deviceDisplayNameLength"],
    last_seen_ip: "since an address has at most 45 characters",
  },
  access_tokens: { rows: "since a refresh ends those before, and a login those of its device", token_hash: hash },
  refresh_tokens: { rows: "since a refresh ends those before, and a login those of its device", token_hash: hash },
  filters: { rows: ["filters"], json: ["filterBytes", "filterPatterns"] },
  device_keys: { rows: ["devices"], json: ["deviceKeysBytes"] },
  one_time_keys: {
    rows: ["oneTimeKeys", "oneTimeKeysPerDay"],
    algorithm: "since a key ID has at most 255 characters",
    key_id: "since a key ID has at most 255 characters",
    json: ["oneTimeKeyBytes"],
  },
  fallback_keys: {
    rows: ["fallbackKeys"],
    algorithm: "since a key ID has at most 255 characters",
    key_id: "since a key ID has at most 255 characters",
    json: ["oneTimeKeyBytes"],
  },
  cross_signing_keys: { rows: "since there are three of a user", usage: "since there are three", json: ["crossSigningKeyBytes"] },
  key_signatures: {
    rows: ["keySignatures"],
    target_key: "since the key is there",
    key_id: "since the key is there",
    signature: "since it is a signature that verifies",
  },
  device_list_news: { rows: "since there are two of a user" },
  to_device: { rows: ["toDeviceQueue", "toDeviceBytesPerDay"], json: ["toDeviceContentBytes", "toDeviceQueueBytes"] },
  to_device_pages: { rows: ["toDevicePages"] },
  sliding_connections: { rows: ["slidingConnections"], conn_id: ["slidingConnIdBytes"], json: ["slidingConnectionBytes"] },
  to_device_txns: { rows: "since they are kept for a day, and the rate of to_device bounds them", txn: ["toDeviceNameLength"] },
  key_backups: { rows: ["backupVersions"], algorithm: ["backupAlgorithmLength"], auth_data: ["backupAuthDataBytes"] },
  backup_sessions: {
    rows: ["backupKeys"],
    room_id: "since a room ID has at most 255 bytes",
    session_id: ["backupSessionIdLength"],
    json: ["backupKeyBytes"],
  },
  pushers: { rows: ["pushers"], app_id: ["pusherBytes"], pushkey: ["pusherBytes"], json: ["pusherBytes"] },
  openid_tokens: { rows: ["openIdTokens"], token_hash: hash },
  daily_usage: { rows: "since there is one for each user and limit", kind: "since it is the name of a limit" },
  media: {
    rows: ["mediaFilesPerDay", "mediaBytesPerDay", "remoteMediaFilesPerDay", "remoteMediaBytesPerDay", "pendingMedia"],
    origin: "since it is this server's name",
    media_id: "since the server makes it",
    sha256: hash,
    content_type: "since a longer one than 255 characters is taken for application/octet-stream",
    file_name: "since it is cut after 255 characters",
  },
  dehydrated_devices: { rows: "since a user has one", json: ["dehydratedDeviceBytes"] },
  url_previews: {
    rows: ["urlPreviews"],
    url_hash: hash,
    json: "since it has at most 44 texts of 1,024 characters and four addresses",
    media_id: "since the server makes it",
  },
  preview_images: {
    rows: "since media.url_previews.cache_size bounds what they take, and their users' quotas",
    media_id: "since the server makes it",
  },
};

/** The tables of the schema, each with its columns that hold text or bytes. */
function schema(): Record<string, string[]> {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  const tables = database
    .prepare("select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%'")
    .all();
  return Object.fromEntries(
    tables.map(({ name }) => {
      const columns = database.prepare(`select name, type from pragma_table_info('${String(name)}')`).all();
      return [String(name), columns.filter(({ type }) => !/^integer$/i.test(String(type))).map((column) => String(column["name"]))];
    }),
  );
}

it("has a bound, or a reason, for the rows of every table and for every text", () => {
  const sorted = (names: readonly string[]): string[] => names.toSorted();
  const found = Object.entries(schema()).map(([table, columns]) => [table, sorted(["rows", ...columns])] as const);
  const stated = Object.entries(bounds).map(([table, columns]) => [table, sorted(Object.keys(columns))] as const);
  expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(found));
  const named = Object.values(bounds).flatMap((columns) =>
    Object.values(columns).flatMap((bound) => (typeof bound === "string" ? [] : bound)),
  );
  for (const name of named) expect(limits).toHaveProperty(name);
});
