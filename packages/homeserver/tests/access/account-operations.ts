import type { OperationId } from "@patrix/client-api";
import type { AccessUser, AccessWorld } from "./access-world.ts";
import type { Actor } from "./actors.ts";
import { type Expected, refused } from "./expectation.ts";
import type { RequestLine } from "./room-row.ts";
import { pusher } from "../pusher.ts";

/** What a request is about: the user who asks, and another one. */
export interface AccountCell {
  readonly world: AccessWorld;
  readonly user: AccessUser;
  readonly other: AccessUser;
  readonly number: number;
}

/** What is expected of an operation that is about no room. */
export interface AccountRow {
  readonly operation:
    | OperationId
    | "welcomePage"
    | "getPushRulesOfKind"
    | "getUnstableMutualRooms"
    | "getThreadSubscriptionChanges"
    | "sendServerNotice"
    | "sendServerNoticeOnce"
    | "deleteAccountData"
    | "getDelayedEvents"
    | "getDelayedEvent"
    | "updateDelayedEvent"
    | "updateDelayedEventByAction"
    | "getSharedSecretNonce"
    | "putDehydratedDevice"
    | "getDehydratedDevice"
    | "getDehydratedDeviceEvents"
    | "listDehydratedDeviceEvents"
    | "deleteDehydratedDevice"
    | "listMediaOfUser"
    | "getMediaUsage"
    | "purgeRemoteMedia"
    | "quarantineMedia"
    | "releaseMedia"
    | "removeMedia"
    | "removeUnusedMedia"
    | "listDestinations"
    | "resetDestination"
    | "purgeHistory"
    | "getPurgeHistoryStatus"
    | "purgeRoom"
    | "getPurgeRoomStatus"
    | "getRoomBlock"
    | "setRoomBlock"
    | "registerWithSharedSecret";
  /** About what is one's own. */
  readonly own: (cell: AccountCell) => RequestLine;
  readonly expected: Expected | ((actor: Actor) => Expected);
  /** About what is another's. */
  readonly others?: readonly [request: (cell: AccountCell) => RequestLine, expected: Expected];
  readonly guests: boolean;
  /** Whether it takes no token; `optional` if it takes one where it is given. */
  readonly open?: true | "optional";
  /** Whether a success ends sessions or accounts, so that it needs a user of its own. */
  readonly ends?: boolean;
}

const client = "/_matrix/client/v3";
const user = (id: string, base = client): string => `${base}/user/${encodeURIComponent(id)}`;
const deletion = "/_matrix/client/unstable/org.matrix.msc3391";
const password = ({ userId }: AccessUser): object => ({
  type: "m.login.password",
  identifier: { type: "m.id.user", user: userId },
  password: "secret",
});
const line = (method: string, path: string, body?: unknown) => (): RequestLine => [method, client + path, body];

/** What the member has deleted is gone for the member's other device. */
const onceAnAccount = (actor: Actor): Expected => (actor === "other device" ? refused.notFound : "200");

type Options = Partial<Omit<AccountRow, "operation" | "own">>;
const row = (operation: AccountRow["operation"], own: AccountRow["own"], options: Options = {}): AccountRow => ({
  operation,
  own,
  expected: "200",
  guests: false,
  ...options,
});

const sessions: readonly AccountRow[] = [
  row("register", line("POST", "/register", {}), { open: true, guests: true, expected: "401" }),
  row("checkUsernameAvailability", line("GET", "/register/available?username=free"), { open: true, guests: true }),
  row("registrationTokenValidity", () => ["GET", "/_matrix/client/v1/register/m.login.registration_token/validity?token=x"], {
    open: true,
    guests: true,
  }),
  row("getLoginFlows", line("GET", "/login"), { open: true, guests: true }),
  row("login", (cell) => ["POST", `${client}/login`, password(cell.user)], {
    open: true,
    guests: true,
    expected: (actor) => {
      if (actor === "deactivated") return "403 M_USER_DEACTIVATED";
      if (actor === "locked") return refused.locked;
      return actor.startsWith("guest") ? refused.forbidden : "200";
    },
  }),
  row("generateLoginToken", (cell) => ["POST", "/_matrix/client/v1/login/get_token", { auth: password(cell.user) }], {
    others: [(cell) => ["POST", "/_matrix/client/v1/login/get_token", { auth: password(cell.other) }], refused.forbidden],
  }),
  row("refresh", line("POST", "/refresh", { refresh_token: "x" }), { open: true, guests: true, expected: refused.unknownToken }),
  row("getTokenOwner", line("GET", "/account/whoami"), { guests: true }),
  row("logout", line("POST", "/logout", {}), { guests: true, ends: true }),
  row("logout_all", line("POST", "/logout/all", {}), { guests: true, ends: true }),
  row("changePassword", (cell) => ["POST", `${client}/account/password`, { new_password: "another", auth: password(cell.user) }], {
    ends: true,
    others: [(cell) => ["POST", `${client}/account/password`, { new_password: "another", auth: password(cell.other) }], refused.forbidden],
  }),
  row("deactivateAccount", (cell) => ["POST", `${client}/account/deactivate`, { auth: password(cell.user) }], {
    ends: true,
    others: [(cell) => ["POST", `${client}/account/deactivate`, { auth: password(cell.other) }], refused.forbidden],
  }),
  row("getAccount3PIDs", line("GET", "/account/3pid")),
  row("requestOpenIdToken", (cell) => ["POST", `${user(cell.user.userId)}/openid/request_token`, {}], {
    others: [(cell) => ["POST", `${user(cell.other.userId)}/openid/request_token`, {}], refused.forbidden],
  }),
  row("createRoom", line("POST", "/createRoom", {})),
];

const devices: readonly AccountRow[] = [
  row("getDevices", line("GET", "/devices"), { guests: true }),
  row("getDevice", (cell) => ["GET", `${client}/devices/${cell.user.deviceId}`], {
    guests: true,
    others: [(cell) => ["GET", `${client}/devices/${cell.other.deviceId}`], refused.notFound],
  }),
  row("updateDevice", (cell) => ["PUT", `${client}/devices/${cell.user.deviceId}`, { display_name: "x" }], {
    guests: true,
    others: [(cell) => ["PUT", `${client}/devices/${cell.other.deviceId}`, { display_name: "x" }], refused.notFound],
  }),
  row("deleteDevice", (cell) => ["DELETE", `${client}/devices/${cell.user.deviceId}`, { auth: password(cell.user) }], {
    ends: true,
    // "or had been removed previously": a device that is not one's own is none.
    others: [(cell) => ["DELETE", `${client}/devices/${cell.other.deviceId}`, { auth: password(cell.user) }], "200"],
  }),
  row("deleteDevices", (cell) => ["POST", `${client}/delete_devices`, { devices: [cell.user.deviceId], auth: password(cell.user) }], {
    ends: true,
    others: [(cell) => ["POST", `${client}/delete_devices`, { devices: [cell.other.deviceId], auth: password(cell.user) }], "200"],
  }),
];

const own: readonly AccountRow[] = [
  row("getUserProfile", (cell) => ["GET", `${client}/profile/${cell.world.target.userId}`], { open: true, guests: true }),
  row("getProfileField", (cell) => ["GET", `${client}/profile/${cell.world.target.userId}/displayname`], { open: true, guests: true }),
  row("setProfileField", (cell) => ["PUT", `${client}/profile/${cell.user.userId}/org.example`, { "org.example": 1 }], {
    guests: true,
    others: [(cell) => ["PUT", `${client}/profile/${cell.other.userId}/org.example`, { "org.example": 1 }], refused.forbidden],
  }),
  row("deleteProfileField", (cell) => ["DELETE", `${client}/profile/${cell.user.userId}/org.example`], {
    others: [(cell) => ["DELETE", `${client}/profile/${cell.other.userId}/org.example`], refused.forbidden],
  }),
  row("setAccountData", (cell) => ["PUT", `${user(cell.user.userId)}/account_data/org.example`, { n: 1 }], {
    guests: true,
    others: [(cell) => ["PUT", `${user(cell.other.userId)}/account_data/org.example`, { n: 1 }], refused.forbidden],
  }),
  row("getAccountData", (cell) => ["GET", `${user(cell.user.userId)}/account_data/org.example`], {
    guests: true,
    others: [(cell) => ["GET", `${user(cell.other.userId)}/account_data/org.example`], refused.forbidden],
  }),
  row("deleteAccountData", (cell) => ["DELETE", `${user(cell.user.userId, deletion)}/account_data/org.example`], {
    guests: true,
    others: [(cell) => ["DELETE", `${user(cell.other.userId, deletion)}/account_data/org.example`], refused.forbidden],
  }),
  row("defineFilter", (cell) => ["POST", `${user(cell.user.userId)}/filter`, {}], {
    guests: true,
    others: [(cell) => ["POST", `${user(cell.other.userId)}/filter`, {}], refused.forbidden],
  }),
  row("getFilter", (cell) => ["GET", `${user(cell.user.userId)}/filter/${cell.user.filterId}`], {
    guests: true,
    others: [(cell) => ["GET", `${user(cell.other.userId)}/filter/${cell.other.filterId}`], refused.forbidden],
  }),
];

const common =
  (path: string) =>
  (cell: AccountCell): RequestLine => ["GET", `/_matrix/client/${path}?user_id=${encodeURIComponent(cell.other.userId)}`];
const delayed = (path: string): string => `/_matrix/client/unstable/org.matrix.msc4140/delayed_events${path}`;
const administration: readonly AccountRow[] = [
  row("getAdminSuspendUser", (cell) => ["GET", `/_matrix/client/v1/admin/suspend/${cell.other.userId}`], { expected: refused.forbidden }),
  row("setAdminSuspendUser", (cell) => ["PUT", `/_matrix/client/v1/admin/suspend/${cell.other.userId}`, { suspended: true }], {
    expected: refused.forbidden,
  }),
  row("getWhoIs", (cell) => ["GET", `${client}/admin/whois/${cell.user.userId}`], {
    others: [(cell) => ["GET", `${client}/admin/whois/${cell.other.userId}`], refused.forbidden],
  }),
  row("sendServerNotice", (cell) => ["POST", "/_synapse/admin/v1/send_server_notice", { user_id: cell.other.userId, content: {} }], {
    expected: refused.forbidden,
  }),
  row("sendServerNoticeOnce", (cell) => ["PUT", "/_synapse/admin/v1/send_server_notice/1", { user_id: cell.other.userId, content: {} }], {
    expected: refused.forbidden,
  }),
  row("getWellknownPolicy", () => ["GET", "/.well-known/matrix/policy_server"], { open: true, guests: true, expected: refused.notFound }),
];
const calls: readonly AccountRow[] = [
  row("getThreadSubscriptionChanges", () => ["GET", "/_matrix/client/unstable/io.element.msc4308/thread_subscriptions?dir=b"]),
  row("getDelayedEvents", () => ["GET", delayed("")], { guests: true }),
  row("getDelayedEvent", () => ["GET", delayed("/unknown")], { guests: true, expected: refused.notFound }),
  row("updateDelayedEvent", () => ["POST", delayed("/unknown"), { action: "cancel" }], { guests: true, expected: refused.notFound }),
  // Knowing the ID is the permission.
  row("updateDelayedEventByAction", () => ["POST", delayed("/unknown/restart")], {
    guests: true,
    open: "optional",
    expected: refused.notFound,
  }),
];
const contacts: readonly AccountRow[] = [
  row("getMutualRooms", common("v1/mutual_rooms"), {
    others: [(cell) => ["GET", `/_matrix/client/v1/mutual_rooms?user_id=${encodeURIComponent(cell.user.userId)}`], "400 M_INVALID_PARAM"],
  }),
  row("getUnstableMutualRooms", common("unstable/uk.half-shot.msc2666/user/mutual_rooms")),
  row("reportUser", (cell) => ["POST", `${client}/users/${cell.other.userId}/report`, { reason: "rude" }]),
  row("getProtocolMetadata", line("GET", "/thirdparty/protocol/irc"), { expected: refused.notFound }),
  row("queryLocationByProtocol", line("GET", "/thirdparty/location/irc"), { expected: refused.notFound }),
  row("queryUserByProtocol", line("GET", "/thirdparty/user/irc"), { expected: refused.notFound }),
  row("queryLocationByAlias", line("GET", "/thirdparty/location?alias=%23a:localhost")),
  row("queryUserByID", line("GET", "/thirdparty/user?userid=@a:localhost")),
];
const stream = row("getEvents", line("GET", "/events?timeout=0"), { guests: true });
const found = row("searchUserDirectory", line("POST", "/user_directory/search", { search_term: "user" }));

const masterKey = (userId: string): object => ({
  user_id: userId,
  usage: ["master"],
  keys: { "ed25519:nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk": "nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk" },
});
const keys: readonly AccountRow[] = [
  row("uploadKeys", line("POST", "/keys/upload", {}), { guests: true }),
  row("queryKeys", (cell) => ["POST", `${client}/keys/query`, { device_keys: { [cell.other.userId]: [] } }], { guests: true }),
  row("claimKeys", line("POST", "/keys/claim", { one_time_keys: {} }), { guests: true }),
  row("getKeysChanges", (cell) => ["GET", `${client}/keys/changes?from=${cell.world.syncToken}&to=${cell.world.syncToken}`], {
    guests: true,
  }),
  row("uploadCrossSigningKeys", (cell) => ["POST", `${client}/keys/device_signing/upload`, { master_key: masterKey(cell.user.userId) }], {
    ends: true,
    others: [
      (cell) => ["POST", `${client}/keys/device_signing/upload`, { master_key: masterKey(cell.other.userId) }],
      "400 M_INVALID_PARAM",
    ],
  }),
  row("uploadCrossSigningSignatures", line("POST", "/keys/signatures/upload", {})),
  row("sendToDevice", (cell) => ["PUT", `${client}/sendToDevice/org.example/${cell.number}`, { messages: {} }], { guests: true }),
];

const dehydratedDevice = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";
const dehydrated: readonly AccountRow[] = [
  row("putDehydratedDevice", (cell) => [
    "PUT",
    dehydratedDevice,
    {
      device_id: "DEHYDRATED",
      device_data: { algorithm: "x" },
      device_keys: {
        user_id: cell.user.userId,
        device_id: "DEHYDRATED",
        algorithms: [],
        keys: { "ed25519:DEHYDRATED": "A".repeat(43) },
        signatures: {},
      },
    },
  ]),
  row("getDehydratedDevice", () => ["GET", dehydratedDevice]),
  row("getDehydratedDeviceEvents", () => ["POST", `${dehydratedDevice}/DEHYDRATED/events`, {}]),
  row("listDehydratedDeviceEvents", () => ["GET", `${dehydratedDevice}/DEHYDRATED/events`]),
  row("deleteDehydratedDevice", () => ["DELETE", dehydratedDevice], { expected: onceAnAccount }),
];

const session = { first_message_index: 0, forwarded_count: 0, is_verified: false, session_data: {} };
const backup =
  (method: string, rest: string, body?: unknown) =>
  (cell: AccountCell): RequestLine => [method, `${client}/room_keys/keys${rest}?version=${cell.user.backupVersion}`, body];
const backups: readonly AccountRow[] = [
  row("getRoomKeysVersionCurrent", line("GET", "/room_keys/version")),
  row("getRoomKeysVersion", (cell) => ["GET", `${client}/room_keys/version/${cell.user.backupVersion}`]),
  row("putRoomKeysVersion", (cell) => [
    "PUT",
    `${client}/room_keys/version/${cell.user.backupVersion}`,
    { algorithm: "m.megolm_backup.v1", auth_data: {} },
  ]),
  row("putRoomKeys", backup("PUT", "", { rooms: { "!a:x": { sessions: { s: session } } } })),
  row("putRoomKeysByRoomId", backup("PUT", "/!a:x", { sessions: { s: session } })),
  row("putRoomKeyBySessionId", backup("PUT", "/!a:x/s", session)),
  row("getRoomKeys", backup("GET", "")),
  row("getRoomKeysByRoomId", backup("GET", "/!a:x")),
  row("getRoomKeyBySessionId", backup("GET", "/!a:x/s")),
  row("deleteRoomKeyBySessionId", backup("DELETE", "/!a:x/s")),
  row("deleteRoomKeysByRoomId", backup("DELETE", "/!a:x")),
  row("deleteRoomKeys", backup("DELETE", "")),
  row("postRoomKeysVersion", line("POST", "/room_keys/version", { algorithm: "m.megolm_backup.v1", auth_data: {} })),
  row("deleteRoomKeysVersion", (cell) => ["DELETE", `${client}/room_keys/version/${cell.user.backupVersion}`], { expected: onceAnAccount }),
];

const media = "/_matrix/media/v3";
const file = ({ world }: AccountCell): string => `${world.server.serverName}/${world.mediaId}`;
const medias: readonly AccountRow[] = [
  row("uploadContent", () => ["POST", `${media}/upload`, "text"]),
  row("createContent", () => ["POST", "/_matrix/media/v1/create", {}]),
  row("uploadContentToMXC", (cell) => ["PUT", `${media}/upload/${cell.world.server.serverName}/${cell.user.pendingMediaId}`, "text"], {
    ends: true,
    others: [(cell) => ["PUT", `${media}/upload/${cell.world.server.serverName}/${cell.other.pendingMediaId}`, "text"], refused.forbidden],
  }),
  row("getConfigAuthed", () => ["GET", "/_matrix/client/v1/media/config"], { guests: true }),
  row("getConfig", () => ["GET", `${media}/config`]),
  row("getContentAuthed", (cell) => ["GET", `/_matrix/client/v1/media/download/${file(cell)}`], { guests: true }),
  row("getContentOverrideNameAuthed", (cell) => ["GET", `/_matrix/client/v1/media/download/${file(cell)}/x.png`], { guests: true }),
  row("getContentThumbnailAuthed", (cell) => ["GET", `/_matrix/client/v1/media/thumbnail/${file(cell)}?width=9&height=9`], {
    guests: true,
  }),
  // Previews are off unless the configuration says so.
  row("getUrlPreviewAuthed", () => ["GET", "/_matrix/client/v1/media/preview_url?url=https://example.org"], {
    expected: refused.forbidden,
  }),
  row("getUrlPreview", () => ["GET", `${media}/preview_url?url=https://example.org`], { expected: refused.forbidden }),
  // Media are not served without a token, unless the configuration says so.
  row("getContent", (cell) => ["GET", `${media}/download/${file(cell)}`], { open: true, guests: true, expected: refused.notFound }),
  row("getContentOverrideName", (cell) => ["GET", `${media}/download/${file(cell)}/x.png`], {
    open: true,
    guests: true,
    expected: refused.notFound,
  }),
  row("getContentThumbnail", (cell) => ["GET", `${media}/thumbnail/${file(cell)}?width=9&height=9`], {
    open: true,
    guests: true,
    expected: refused.notFound,
  }),
];

const rule = "/pushrules/global/override/org.example";
const push: readonly AccountRow[] = [
  row("getPushRules", line("GET", "/pushrules/"), { guests: true }),
  row("getPushRulesGlobal", line("GET", "/pushrules/global/"), { guests: true }),
  row("getPushRulesOfKind", line("GET", "/pushrules/global/content/")),
  row("setPushRule", line("PUT", rule, { actions: [] })),
  row("getPushRule", line("GET", rule)),
  row("getPushRuleActions", line("GET", `${rule}/actions`)),
  row("setPushRuleActions", line("PUT", `${rule}/actions`, { actions: ["notify"] })),
  row("isPushRuleEnabled", line("GET", `${rule}/enabled`)),
  row("setPushRuleEnabled", line("PUT", `${rule}/enabled`, { enabled: false })),
  row("deletePushRule", line("DELETE", rule), { expected: onceAnAccount }),
  row("postPusher", line("POST", "/pushers/set", pusher)),
  row("getPushers", line("GET", "/pushers")),
  row("getNotifications", line("GET", "/notifications")),
  row("setPresence", (cell) => ["PUT", `${client}/presence/${cell.user.userId}/status`, { presence: "online" }], {
    others: [(cell) => ["PUT", `${client}/presence/${cell.other.userId}/status`, { presence: "online" }], refused.forbidden],
  }),
  row("getPresence", (cell) => ["GET", `${client}/presence/${cell.user.userId}/status`], {
    others: [() => ["GET", `${client}/presence/@nobody:localhost/status`], refused.forbidden],
  }),
];

/** What only application services may do: their own tests are in `tests/appservice`. */
const appservices: readonly AccountRow[] = [
  row("pingAppservice", () => ["POST", "/_matrix/client/v1/appservice/irc/ping", {}], { expected: refused.forbidden }),
  row("updateAppserviceRoomDirectoryVisibility", line("PUT", "/directory/list/appservice/irc/!room:localhost", { visibility: "public" }), {
    expected: refused.forbidden,
  }),
];

const discovery: readonly AccountRow[] = [
  row("getVersions", () => ["GET", "/_matrix/client/versions"], { open: "optional", guests: true }),
  row("getWellknown", () => ["GET", "/.well-known/matrix/client"], { open: true, guests: true }),
  row("getWellknownSupport", () => ["GET", "/.well-known/matrix/support"], { open: true, guests: true }),
  row("getCapabilities", line("GET", "/capabilities"), { guests: true }),
  row("getTurnServer", line("GET", "/voip/turnServer"), { guests: true }),
  row("getProtocols", line("GET", "/thirdparty/protocols")),
  row("getAdminLockUser", (cell) => ["GET", `/_matrix/client/v1/admin/lock/${cell.other.userId}`], { expected: refused.forbidden }),
  row("setAdminLockUser", (cell) => ["PUT", `/_matrix/client/v1/admin/lock/${cell.other.userId}`, { locked: true }], {
    expected: refused.forbidden,
    others: [(cell) => ["PUT", `/_matrix/client/v1/admin/lock/${cell.user.userId}`, { locked: false }], refused.forbidden],
  }),
  ...(
    [
      ["getMediaUsage", "GET", "/statistics/users/media"],
      ["purgeRemoteMedia", "POST", "/purge_media_cache?before_ts=0"],
      ["quarantineMedia", "POST", "/media/quarantine/localhost/x"],
      ["releaseMedia", "POST", "/media/unquarantine/localhost/x"],
      ["removeMedia", "DELETE", "/media/localhost/x"],
      ["removeUnusedMedia", "POST", "/media/delete?before_ts=1"],
      ["listMediaOfUser", "GET", "/users/@a:localhost/media"],
      ["listDestinations", "GET", "/federation/destinations"],
      ["resetDestination", "POST", "/federation/destinations/b.example/reset_connection"],
    ] as const
  ).map(([operation, method, path]) => row(operation, () => [method, `/_synapse/admin/v1${path}`], { expected: refused.forbidden })),
  ...(
    [
      ["purgeHistory", "POST", "/v1/purge_history/!a:localhost", { purge_up_to_ts: 1, delete_local_events: true }],
      ["getPurgeHistoryStatus", "GET", "/v1/purge_history_status/x", undefined],
      ["purgeRoom", "DELETE", "/v2/rooms/!a:localhost", {}],
      ["getPurgeRoomStatus", "GET", "/v2/rooms/delete_status/x", undefined],
      ["getRoomBlock", "GET", "/v1/rooms/!a:localhost/block", undefined],
      ["setRoomBlock", "PUT", "/v1/rooms/!a:localhost/block", { block: true }],
    ] as const
  ).map(([operation, method, path, body]) =>
    row(operation, () => [method, `/_synapse/admin${path}`, body], { expected: refused.forbidden }),
  ),
  row("welcomePage", () => ["GET", "/"], { open: true, guests: true }),
  row("getSharedSecretNonce", () => ["GET", "/_synapse/admin/v1/register"], { open: true, guests: true }),
  row(
    "registerWithSharedSecret",
    () => ["POST", "/_synapse/admin/v1/register", { nonce: "x", username: "x", password: "x", admin: true, mac: "x" }],
    {
      open: true,
      guests: true,
      expected: "400 M_UNKNOWN",
    },
  ),
];

/** Every operation that is about no room. */
export const accountRows: readonly AccountRow[] = [
  ...sessions,
  ...devices,
  ...own,
  found,
  stream,
  ...administration,
  ...calls,
  ...contacts,
  ...keys,
  ...dehydrated,
  ...backups,
  ...medias,
  ...push,
  ...appservices,
  ...discovery,
];
