// Everything that matrix-js-sdk 43 offers and that sends a request without encryption, calls or sliding sync.
import {
  Direction,
  EventType,
  Filter,
  GuestAccess,
  HistoryVisibility,
  type MatrixClient,
  MatrixEvent,
  MsgType,
  Preset,
  PushRuleActionName,
  PushRuleKind,
  ReceiptType,
  RelationType,
  Room,
  SERVICE_TYPES,
  Visibility,
} from "matrix-js-sdk";

const room = "!room:example.org";
const user = "@bob:example.org";
const event = "$event";
const alias = "#room:example.org";
const auth = { type: "m.login.password", session: "s", identifier: { type: "m.id.user", user: "alice" }, password: "secret" } as const;
const text = { msgtype: MsgType.Text, body: "a" } as const;
const signatures = { [user]: { "ed25519:DEVICE": "c2ln" } };
const crossSigningKey = (usage: string): object => ({ user_id: user, usage: [usage], keys: { "ed25519:a2V5": "a2V5" }, signatures });
const message = (client: MatrixClient): MatrixEvent => {
  const sent = new MatrixEvent({
    event_id: event,
    room_id: room,
    sender: user,
    type: "m.room.message",
    content: text,
    origin_server_ts: 1,
  });
  client.store.storeRoom(new Room(room, client, "@alice:example.org"));
  return sent;
};

type Calls = Readonly<Record<string, (client: MatrixClient) => unknown>>;

const account: Calls = {
  addThreePidOnly: (c) => c.addThreePidOnly({ auth, client_secret: "secret", sid: "1" }),
  bindThreePid: (c) => c.bindThreePid({ client_secret: "secret", id_access_token: "t", id_server: "id.example.org", sid: "1" }),
  deactivateAccount: (c) => c.deactivateAccount(auth, true),
  deleteDevice: (c) => c.deleteDevice("DEVICE", auth),
  deleteMultipleDevices: (c) => c.deleteMultipleDevices(["DEVICE"], auth),
  deleteThreePid: (c) => c.deleteThreePid("email", "a@example.org"),
  getCapabilities: (c) => c.getCapabilities(),
  getDevice: (c) => c.getDevice("DEVICE"),
  getDevices: (c) => c.getDevices(),
  getOpenIdToken: (c) => c.getOpenIdToken(),
  getThreePids: (c) => c.getThreePids(),
  getVersions: (c) => c.getVersions(),
  isUsernameAvailable: (c) => c.isUsernameAvailable("alice"),
  login: (c) => c.login("m.login.token", { token: "t" } as never),
  loginFlows: (c) => c.loginFlows(),
  loginRequest: (c) =>
    c.loginRequest({
      type: "m.login.password",
      identifier: { type: "m.id.thirdparty", medium: "email", address: "a@b" },
      password: "secret",
    }),
  loginWithPassword: (c) => c.loginWithPassword("alice", "secret"),
  loginWithToken: (c) => c.loginWithToken("t"),
  logout: (c) => c.logout(),
  refreshToken: (c) => c.refreshToken("r"),
  registerGuest: (c) => c.registerGuest(),
  registerRequest: (c) =>
    c.registerRequest({ username: "alice", password: "secret", auth: { type: "m.login.dummy", session: "s" }, inhibit_login: true }),
  requestAdd3pidEmailToken: (c) => c.requestAdd3pidEmailToken("a@example.org", "secret", 1, "https://example.org"),
  requestAdd3pidMsisdnToken: (c) => c.requestAdd3pidMsisdnToken("DE", "0301234", "secret", 1),
  requestLoginToken: (c) => c.requestLoginToken(auth),
  requestPasswordEmailToken: (c) => c.requestPasswordEmailToken("a@example.org", "secret", 1),
  requestPasswordMsisdnToken: (c) => c.requestPasswordMsisdnToken("DE", "0301234", "secret", 1, "https://example.org"),
  requestRegisterEmailToken: (c) => c.requestRegisterEmailToken("a@example.org", "secret", 1),
  requestRegisterMsisdnToken: (c) => c.requestRegisterMsisdnToken("DE", "0301234", "secret", 1),
  setDeviceDetails: (c) => c.setDeviceDetails("DEVICE", { display_name: "a" }),
  setPassword: (c) => c.setPassword(auth, "new secret", true),
  unbindThreePid: (c) => c.unbindThreePid("email", "a@example.org"),
  whoami: (c) => c.whoami(),
  getAuthMetadata: (c) => c.getAuthMetadata(),
};

const profiles: Calls = {
  getExtendedProfile: (c) => c.getExtendedProfile(user),
  getExtendedProfileProperty: (c) => c.getExtendedProfileProperty(user, "m.tz"),
  setExtendedProfileProperty: (c) => c.setExtendedProfileProperty("m.tz", "Europe/Berlin"),
  deleteExtendedProfileProperty: (c) => c.deleteExtendedProfileProperty("m.tz"),
  getPresence: (c) => c.getPresence(user),
  setPresence: (c) => c.setPresence({ presence: "online", status_msg: "here" }),
  getProfileInfo: (c) => c.getProfileInfo(user),
  getProfileInfoOfOneField: (c) => c.getProfileInfo(user, "displayname"),
  searchUserDirectory: (c) => c.searchUserDirectory({ term: "bo", limit: 5 }),
  setAvatarUrl: (c) => c.setAvatarUrl("mxc://example.org/a"),
  setDisplayName: (c) => c.setDisplayName("Alice"),
};

const rooms: Calls = {
  createRoom: (c) =>
    c.createRoom({
      name: "a",
      preset: Preset.PublicChat,
      visibility: Visibility.Public,
      room_alias_name: "a",
      topic: "b",
      invite: [user],
      invite_3pid: [{ id_server: "id.example.org", id_access_token: "t", medium: "email", address: "a@b" }],
      initial_state: [{ type: "m.room.guest_access", state_key: "", content: { guest_access: "can_join" } }],
      power_level_content_override: { users: { [user]: 50 } },
      creation_content: { "m.federate": false },
      room_version: "11",
    } as never),
  ban: (c) => c.ban(room, user, "spam"),
  createAlias: (c) => c.createAlias(alias, room),
  deleteAlias: (c) => c.deleteAlias(alias),
  fetchRelations: (c) =>
    c.fetchRelations(room, event, RelationType.Annotation, EventType.Reaction, {
      dir: Direction.Backward,
      limit: 5,
      from: "t1",
      recurse: true,
    }),
  fetchRoomEvent: (c) => c.fetchRoomEvent(room, event),
  forget: (c) => c.forget(room),
  getJoinedRoomMembers: (c) => c.getJoinedRoomMembers(room),
  getJoinedRooms: (c) => c.getJoinedRooms(),
  getLocalAliases: (c) => c.getLocalAliases(room),
  getRoomDirectoryVisibility: (c) => c.getRoomDirectoryVisibility(room),
  getRoomHierarchy: (c) => c.getRoomHierarchy(room, 10, 2, true, "t1"),
  getRoomIdForAlias: (c) => c.getRoomIdForAlias(alias),
  getRoomSummary: (c) => c.getRoomSummary(alias, ["example.org"]),
  getStateEvent: (c) => c.getStateEvent(room, "m.room.name", ""),
  getStateEventWithKey: (c) => c.getStateEvent(room, "m.room.member", user),
  invite: (c) => c.invite(room, user, "please"),
  inviteByEmail: (c) => c.inviteByEmail(room, "a@example.org"),
  inviteByThreePid: (c) => c.inviteByThreePid(room, "email", "a@example.org"),
  joinRoom: (c) => c.joinRoom(alias, { viaServers: ["example.org", "example.com"] }),
  kick: (c) => c.kick(room, user, "off topic"),
  knockRoom: (c) => c.knockRoom(alias, { reason: "please", viaServers: ["example.org"] }),
  leave: (c) => c.leave(room),
  members: (c) => c.members(room, "join", "ban", "t1"),
  createMessagesRequest: (c) => c.createMessagesRequest(room, "t1", 30, Direction.Backward, new Filter("@alice:example.org")),
  createThreadListMessagesRequest: (c) => c.createThreadListMessagesRequest(room, "t1", 30, Direction.Backward),
  peekInRoom: (c) => c.peekInRoom(room),
  publicRooms: (c) => c.publicRooms({ server: "example.com", limit: 5, since: "t1" }),
  publicRoomsFiltered: (c) => c.publicRooms({ filter: { generic_search_term: "a", room_types: [null] }, include_all_networks: true }),
  relations: (c) => c.relations(room, event, RelationType.Thread),
  reportEvent: (c) => c.reportEvent(room, event, -50, "spam"),
  reportRoom: (c) => c.reportRoom(room, "spam"),
  roomInitialSync: (c) => c.roomInitialSync(room, 5),
  roomState: (c) => c.roomState(room),
  setGuestAccess: (c) => c.setGuestAccess(room, { allowJoin: true, allowRead: true }),
  setRoomDirectoryVisibility: (c) => c.setRoomDirectoryVisibility(room, Visibility.Private),
  timestampToEvent: (c) => c.timestampToEvent(room, 1_600_000_000_000, Direction.Forward),
  unban: (c) => c.unban(room, user),
  upgradeRoom: (c) => c.upgradeRoom(room, "12", [user]),
  searchMessageText: (c) => c.searchMessageText({ query: "a" }),
  searchRoomEvents: (c) => c.searchRoomEvents({ term: "a", filter: { rooms: [room], limit: 5 } }),
  _unstable_getSharedRooms: (c) => c._unstable_getSharedRooms(user),
};

const sending: Calls = {
  redactEvent: (c) => c.redactEvent(room, event, undefined, { reason: "typo" }),
  sendEmoteMessage: (c) => c.sendEmoteMessage(room, "waves"),
  sendEvent: (c) =>
    c.sendEvent(room, EventType.Reaction, { "m.relates_to": { rel_type: RelationType.Annotation, event_id: event, key: "👍" } }),
  sendHtmlMessage: (c) => c.sendHtmlMessage(room, "a", "<b>a</b>"),
  sendImageMessage: (c) => c.sendImageMessage(room, "mxc://example.org/a", { w: 1, h: 1 }, "a"),
  sendMessage: (c) => c.sendMessage(room, text),
  sendNotice: (c) => c.sendNotice(room, "a"),
  sendReadReceipt: (c) => c.sendReadReceipt(message(c)),
  sendPrivateReadReceipt: (c) => c.sendReadReceipt(message(c), ReceiptType.ReadPrivate, true),
  sendStateEvent: (c) => c.sendStateEvent(room, EventType.RoomHistoryVisibility, { history_visibility: HistoryVisibility.Shared }),
  sendStateEventWithKey: (c) => c.sendStateEvent(room, EventType.SpaceChild, { via: ["example.org"] }, "!child/odd:example.org"),
  sendStickerMessage: (c) => c.sendStickerMessage(room, "mxc://example.org/a", { w: 1 }, "a"),
  sendTextMessage: (c) => c.sendTextMessage(room, "a"),
  sendTyping: (c) => c.sendTyping(room, true, 5000),
  stopTyping: (c) => c.sendTyping(room, false, 0),
  setPowerLevel: (c) => c.setPowerLevel(room, user, 50),
  setRoomName: (c) => c.setRoomName(room, "a"),
  setRoomReadMarkers: (c) => c.setRoomReadMarkersHttpRequest(room, event, event, event),
  setRoomTopic: (c) => c.setRoomTopic(room, "a", "<b>a</b>"),
  guestAccess: (c) => c.sendStateEvent(room, EventType.RoomGuestAccess, { guest_access: GuestAccess.Forbidden }),
  sendToDevice: (c) => c.sendToDevice("m.dummy", new Map([[user, new Map([["*", {}]])]])),
};

const dataAndPush: Calls = {
  createFilter: (c) => c.createFilter({ room: { timeline: { limit: 5, lazy_load_members: true } }, presence: { types: [] } }),
  getFilter: (c) => c.getFilter("@alice:example.org", "1", false),
  getAccountDataFromServer: (c) => c.getAccountDataFromServer(EventType.Direct),
  setAccountDataRaw: (c) => c.setAccountDataRaw(EventType.Direct, { [user]: [room] }),
  setRoomAccountData: (c) => c.setRoomAccountData(room, EventType.Tag as never, { tags: {} } as never),
  deleteAccountData: (c) => c.deleteAccountData("org.example" as never),
  getRoomTags: (c) => c.getRoomTags(room),
  setRoomTag: (c) => c.setRoomTag(room, "u.work/life", { order: 0.25 }),
  deleteRoomTag: (c) => c.deleteRoomTag(room, "u.work/life"),
  addPushRule: (c) =>
    c.addPushRule("global", PushRuleKind.ContentSpecific, "tea", { actions: [PushRuleActionName.Notify], pattern: "tea*" }),
  deletePushRule: (c) => c.deletePushRule("global", PushRuleKind.ContentSpecific, "tea"),
  getPushRules: (c) => c.getPushRules(),
  setPushRuleActions: (c) => c.setPushRuleActions("global", PushRuleKind.Override, ".m.rule.master", []),
  setPushRuleEnabled: (c) => c.setPushRuleEnabled("global", PushRuleKind.Override, ".m.rule.master", false),
  getPushers: (c) => c.getPushers(),
  setPusher: (c) =>
    c.setPusher({
      app_display_name: "a",
      app_id: "b",
      data: { url: "https://example.org/_matrix/push/v1/notify" },
      device_display_name: "c",
      kind: "http",
      lang: "en",
      pushkey: "k",
      append: true,
    } as never),
  removePusher: (c) => c.removePusher("k", "b"),
};

const mediaAndMore: Calls = {
  uploadContent: (c) => c.uploadContent(new Blob(["a"], { type: "text/plain" }), { name: "a b.txt" }),
  getMediaConfig: (c) => c.getMediaConfig(),
  getAuthenticatedMediaConfig: (c) => c.getMediaConfig(true),
  getUrlPreview: (c) => c.getUrlPreview("https://example.org/?a=b", 1_600_000_000_000),
  turnServer: (c) => c.turnServer(),
  getThirdpartyProtocols: (c) => c.getThirdpartyProtocols(),
  getThirdpartyLocation: (c) => c.getThirdpartyLocation("irc", { searchFields: ["#a"] }),
  getThirdpartyUser: (c) => c.getThirdpartyUser("irc", { nick: "a" }),
  claimOneTimeKeys: (c) => c.claimOneTimeKeys([[user, "DEVICE"]], "signed_curve25519", 1000),
  downloadKeysForUsers: (c) => c.downloadKeysForUsers([user], { token: "t1" }),
  getKeyChanges: (c) => c.getKeyChanges("t1", "t2"),
  uploadDeviceSigningKeys: (c) =>
    c.uploadDeviceSigningKeys(auth, { master_key: crossSigningKey("master"), self_signing_key: crossSigningKey("self_signing") } as never),
  uploadKeySignatures: (c) =>
    c.uploadKeySignatures({ [user]: { DEVICE: { user_id: user, device_id: "DEVICE", algorithms: [], keys: {}, signatures } } }),
  uploadKeysRequest: (c) =>
    c.uploadKeysRequest({
      device_keys: { user_id: user, device_id: "DEVICE", algorithms: [], keys: { "ed25519:DEVICE": "a2V5" }, signatures },
      one_time_keys: { "signed_curve25519:A": { key: "a2V5", signatures } },
    } as never),
  deleteKeysFromBackup: (c) => c.deleteKeysFromBackup(room, "session", "1"),
  deleteRoomKeysFromBackup: (c) => c.deleteKeysFromBackup(room, undefined, "1"),
  deleteAllKeysFromBackup: (c) => c.deleteKeysFromBackup(undefined, undefined, "1"),
  // Syncs until there were enough requests.
  startClient: (c) => c.startClient({ initialSyncLimit: 5, pollTimeout: 1 }).then(() => new Promise<never>(() => {})),
};

const identityServer: Calls = {
  requestEmailToken: (c) => c.requestEmailToken("a@example.org", "secret", 1, undefined, "t"),
  requestMsisdnToken: (c) => c.requestMsisdnToken("DE", "0301234", "secret", 1, undefined, "t"),
  getIdentityAccount: (c) => c.getIdentityAccount("t"),
  getIdentityHashDetails: (c) => c.getIdentityHashDetails("t"),
  lookupThreePid: (c) => c.lookupThreePid("email", "a@example.org", "t"),
  bulkLookupThreePids: (c) => c.bulkLookupThreePids([["email", "a@example.org"]], "t"),
  registerWithIdentityServer: (c) =>
    c.registerWithIdentityServer({ access_token: "t", token_type: "Bearer", matrix_server_name: "example.org", expires_in: 3600 }),
  submitMsisdnToken: (c) => c.submitMsisdnToken("1", "secret", "123456", "t"),
  getTerms: (c) => c.getTerms(SERVICE_TYPES.IS, "https://id.example.org"),
  agreeToTerms: (c) => c.agreeToTerms(SERVICE_TYPES.IS, "https://id.example.org", "t", ["https://example.org/terms"]),
};

const proposals: Calls = {
  _unstable_sendDelayedEvent: (c) => c._unstable_sendDelayedEvent(room, { delay: 5000 }, null, EventType.RoomMessage, text),
  _unstable_sendDelayedStateEvent: (c) => c._unstable_sendDelayedStateEvent(room, { delay: 5000 }, EventType.RoomName, { name: "a" }),
  _unstable_getDelayedEvents: (c) => c._unstable_getDelayedEvents(),
  _unstable_cancelScheduledDelayedEvent: (c) => c._unstable_cancelScheduledDelayedEvent("d"),
  _unstable_restartScheduledDelayedEvent: (c) => c._unstable_restartScheduledDelayedEvent("d"),
  _unstable_sendScheduledDelayedEvent: (c) => c._unstable_sendScheduledDelayedEvent("d"),
  _unstable_getRTCTransports: (c) => c._unstable_getRTCTransports(),
  slidingSync: (c) =>
    c.slidingSync({
      lists: { all: { ranges: [[0, 9]], timeline_limit: 1, required_state: [["m.room.name", ""]] } },
      room_subscriptions: { [room]: { timeline_limit: 5, required_state: [["*", "*"]] } },
      extensions: { to_device: { enabled: true } },
    }),
};

/** Calls by the name of the method, or of the case of it. */
export const calls: Calls = {
  ...account,
  ...profiles,
  ...rooms,
  ...sending,
  ...dataAndPush,
  ...mediaAndMore,
  ...identityServer,
  ...proposals,
};
