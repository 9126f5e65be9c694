// What the specification demands or allows in words that its schemas do not say, as a table. The places are files of the specification's
// repository at v1.19; the words are ours.
import type { Model } from "@patrix/api";
import { knownEvents, type EventKind } from "@patrix/events";
import { declarationOf } from "./declarations.ts";

/** Something that readers have to take, though a schema refuses it or does not mention it. */
export interface PayloadTolerance {
  readonly place: string;
  readonly words: string;
  readonly model: Model<unknown>;
  readonly payload: object;
  /** What the payload stands for; absent where it is taken as it is. */
  readonly means?: object | undefined;
}

function content(kind: EventKind, type: string): Model<unknown> {
  const definition = knownEvents().find(kind, type);
  if (!definition) throw new Error(`${kind} ${type} is not declared`);
  return definition.content;
}

const state = (type: string): Model<unknown> => content("state", type);
const message = (type: string): Model<unknown> => content("message", type);
const accountData = (type: string): Model<unknown> => content("global-account-data", type);
const answer = (api: string, operationId: string): Model<unknown> => declarationOf({ api, operationId }).models.response;
function request(api: string, operationId: string): Model<unknown> {
  const { body } = declarationOf({ api, operationId }).models;
  if (!body) throw new Error(`${operationId} has no body`);
  return body;
}
const CS = "client-server";
const SS = "server-server";

const sdp = { type: "offer", sdp: "v=0" };
const callFields: Readonly<Record<string, object>> = {
  "m.call.invite": { offer: sdp, lifetime: 1 },
  "m.call.answer": { answer: { type: "answer", sdp: "v=0" } },
  "m.call.candidates": { candidates: [] },
  "m.call.hangup": { reason: "user_hangup" },
  "m.call.negotiate": { description: sdp, lifetime: 1 },
  "m.call.reject": {},
  "m.call.sdp_stream_metadata_changed": { sdp_stream_metadata: {} },
  "m.call.select_answer": { selected_party_id: "p" },
};
const calls: readonly PayloadTolerance[] = Object.entries(callFields).flatMap(([type, fields]) => {
  const call = { call_id: "c", party_id: "p", ...fields };
  return [
    {
      place: "event-schemas/schema/core-event-schema/call_event.yaml, version",
      words: "the integer 0 of an earlier version is taken",
      model: message(type),
      payload: { ...call, version: 0 },
      means: { ...call, version: "0" },
    },
    {
      place: "client-server-api/modules/voip_events.md",
      words: "any other version counts as 1, numbers too",
      model: message(type),
      payload: { ...call, version: 1 },
      means: { ...call, version: "1" },
    },
    {
      place: "client-server-api/modules/voip_events.md",
      words: "versions that come later count as 1",
      model: message(type),
      payload: { ...call, version: "2-beta" },
    },
  ];
});
const call = { call_id: "c", party_id: "p", version: "1" };

const contents: readonly PayloadTolerance[] = [
  {
    place: "m.call.hangup.yaml, reason",
    words: "no reason means that the user hung up",
    model: message("m.call.hangup"),
    payload: call,
    means: { ...call, reason: "user_hangup" },
  },
  {
    place: "client-server-api/modules/voip_events.md",
    words: "no stream metadata, and purposes that are not known",
    model: message("m.call.answer"),
    payload: { ...call, answer: sdp, sdp_stream_metadata: { a: { purpose: "org.example.hologram" } } },
  },
  {
    place: "components/sdp_stream_metadata.yaml",
    words: "absent means not muted",
    model: message("m.call.answer"),
    payload: { ...call, answer: sdp, sdp_stream_metadata: { a: { purpose: "m.usermedia" } } },
  },
  {
    place: "m.call.invite.yaml, invitee",
    words: "absent: anybody may answer",
    model: message("m.call.invite"),
    payload: { ...call, offer: sdp, lifetime: 1 },
  },
  ...[{}, { name: null }].map((payload) => ({
    place: "m.room.name.yaml",
    words: "an absent or null name is no name",
    model: state("m.room.name"),
    payload,
    means: { name: "" },
  })),
  { place: "m.room.name.yaml", words: "an empty name is no name", model: state("m.room.name"), payload: { name: "" } },
  ...[{}, { topic: null }].map((payload) => ({
    place: "m.room.topic.yaml",
    words: "an absent or null topic is no topic",
    model: state("m.room.topic"),
    payload,
    means: { topic: "" },
  })),
  { place: "m.room.topic.yaml", words: "an empty topic is no topic", model: state("m.room.topic"), payload: { topic: "" } },
  {
    place: "m_text_content_block.yaml",
    words: "no mimetype means plain text",
    model: state("m.room.topic"),
    payload: { topic: "a", "m.topic": { "m.text": [{ body: "a" }] } },
  },
  ...[{}, { alias: null }, { alias: "" }, { alias: null, alt_aliases: ["#a:example.org"] }].map((payload) => ({
    place: "m.room.canonical_alias.yaml",
    words: "no, null or empty alias: the room has none, whatever alt_aliases holds",
    model: state("m.room.canonical_alias"),
    payload,
  })),
  { place: "m.room.avatar.yaml, url", words: "absent: no avatar", model: state("m.room.avatar"), payload: {} },
  {
    place: "client-server-api/modules/instant_messaging.md",
    words: "a null displayname is none",
    model: state("m.room.member"),
    payload: { membership: "join", displayname: null },
  },
  ...[{ allow_ip_literals: "no" }, { allow_ip_literals: null }].map((payload) => ({
    place: "m.room.server_acl.yaml, allow_ip_literals",
    words: "what is no boolean counts as true",
    model: state("m.room.server_acl"),
    payload,
    means: {},
  })),
  { place: "m.room.server_acl.yaml, allow and deny", words: "absent lists are empty", model: state("m.room.server_acl"), payload: {} },
  ...["m.space.child", "m.space.parent"].flatMap((type) =>
    [{}, { via: "example.org" }, { via: null }, { via: [5, "@@"] }].map((payload) => ({
      place: `${type}.yaml, via`,
      words: "without or with an invalid via there is no such relation",
      model: state(type),
      payload,
      means: { via: [] },
    })),
  ),
  ...["", "é", "x".repeat(51), 5, null].map((order) => ({
    place: "m.space.child.yaml, order",
    words: "an invalid order counts as none",
    model: state("m.space.child"),
    payload: { via: ["example.org"], order },
    means: { via: ["example.org"] },
  })),
  {
    place: "client-server-api/modules/room_upgrades.md",
    words: "predecessors need no event_id",
    model: state("m.room.create"),
    payload: { room_version: "12", predecessor: { room_id: "!r" } },
  },
  { place: "m.room.create.yaml", words: "no room_version means 1, no m.federate true", model: state("m.room.create"), payload: {} },
  {
    place: "m.room.create.yaml, additional_creators",
    words: "may be empty",
    model: state("m.room.create"),
    payload: { room_version: "12", additional_creators: [] },
  },
  { place: "m.room.power_levels.yaml", words: "everything has a default", model: state("m.room.power_levels"), payload: {} },
  {
    place: "rooms/fragments/v1-stringy-power-levels.md",
    words: "texts that hold integers are levels before version 10",
    model: state("m.room.power_levels"),
    payload: { ban: "50", users_default: " +7 ", users: { "@a:example.org": "100" }, events: { "m.room.name": "-1" } },
  },
  {
    place: "m.room.third_party_invite.yaml, public_keys",
    words: "a key without a validity URL is valid for ever",
    model: state("m.room.third_party_invite"),
    payload: { display_name: "a", key_validity_url: "https://example.org", public_key: "a2V5", public_keys: [{ public_key: "a2V5" }] },
  },
  {
    place: "client-server-api/modules/image_packs.md",
    words: "images whose shortcode is malformed are shown, usages that are not known ignored",
    model: state("m.room.image_pack"),
    payload: { images: { "not a shortcode!": { url: "mxc://example.org/a" } }, pack: { usage: ["org.example.wallpaper"] } },
  },
  ...[{}, { default_action: 5 }, { default_action: null }].map((payload) => ({
    place: "m.invite_permission_config.yaml",
    words: "a missing or invalid action means that invites come in",
    model: accountData("m.invite_permission_config"),
    payload,
    means: {},
  })),
  {
    place: "m.invite_permission_config.yaml",
    words: "so does an unsupported one",
    model: accountData("m.invite_permission_config"),
    payload: { default_action: "org.example.ask" },
  },
  ...[{}, { base_url: null }].map((payload) => ({
    place: "client-server-api/_index.md, identity server",
    words: "null: none is wanted; absent: the default",
    model: accountData("m.identity_server"),
    payload,
  })),
  ...[{}, { enabled: "yes" }, { enabled: null }].map((payload) => ({
    place: "client-server-api/modules/end_to_end_encryption.md, m.key_backup",
    words: "a content without a boolean says nothing",
    model: accountData("m.key_backup"),
    payload,
    means: {},
  })),
  {
    place: "client-server-api/modules/secrets.md",
    words: "name, iv and mac may be missing, bits are 256 by default",
    model: accountData("m.secret_storage.key.a"),
    payload: { algorithm: "m.secret_storage.v1.aes-hmac-sha2", passphrase: { algorithm: "m.pbkdf2", salt: "s", iterations: 1 } },
  },
  {
    place: "client-server-api/modules/secrets.md",
    words: "base64 comes with and without padding",
    model: accountData("m.secret_storage.key.a"),
    payload: { algorithm: "m.secret_storage.v1.aes-hmac-sha2", iv: "YQ==", mac: "YQ" },
  },
  {
    place: "client-server-api/modules/recent_emoji.md",
    words: "entries that are not understood are kept",
    model: accountData("m.recent_emoji"),
    payload: { recent_emoji: [{ emoji: "mxc://example.org/a", total: 1, "org.example.x": {} }] },
  },
  ...[{}, { "m.push_rules": 1 }].map((payload) => ({
    place: "client-server-api/modules/push.md",
    words: "account data without rules changes nothing",
    model: accountData("m.accepted_terms"),
    payload,
  })),
  ...["yes", null, 1].map((shared) => ({
    place: "m.room_key.yaml, shared_history",
    words: "any value but true means no",
    model: content("to-device", "m.room_key"),
    payload: { algorithm: "m.megolm.v1.aes-sha2", room_id: "!r", session_id: "s", session_key: "k", shared_history: shared },
    means: { algorithm: "m.megolm.v1.aes-sha2", room_id: "!r", session_id: "s", session_key: "k" },
  })),
  {
    place: "m.receipt.yaml, thread_id",
    words: "absent: not threaded",
    model: content("ephemeral", "m.receipt"),
    payload: { $e: { "m.read": { "@a:example.org": { ts: 1 } } } },
  },
  {
    place: "client-server-api/modules/tags.md",
    words: "tags have no order, and any name",
    model: content("room-account-data", "m.tag"),
    payload: { tags: { "m.unheard-of": {}, work: {} } },
  },
  {
    place: "client-server-api/modules/threading.md",
    words: "is_falling_back is false by default",
    model: message("m.room.message"),
    payload: { msgtype: "m.text", body: "a", "m.relates_to": { rel_type: "m.thread", event_id: "$e" } },
  },
  {
    place: "m.device_list_update.yaml",
    words: "name, keys and previous IDs may be missing",
    model: content("edu", "m.device_list_update"),
    payload: { user_id: "@a:example.org", device_id: "D", stream_id: 1 },
  },
  {
    place: "m.device_list_update.yaml",
    words: "the list of previous IDs may be empty",
    model: content("edu", "m.device_list_update"),
    payload: { user_id: "@a:example.org", device_id: "D", stream_id: 1, prev_id: [] },
  },
  {
    place: "server-server, m.presence.yaml",
    words: "currently_active is false by default",
    model: content("edu", "m.presence"),
    payload: { push: [{ user_id: "@a:example.org", presence: "online", last_active_ago: 1 }] },
  },
];

const chunk = { num_joined_members: 1, room_id: "!r:example.org", world_readable: true, guest_can_join: false };
const profileNulls = { displayname: null, avatar_url: null, "m.tz": null };
const rule = { rule_id: "r", default: false, enabled: true };
const endpoints: readonly PayloadTolerance[] = [
  {
    place: "server-server/query.yaml",
    words: "null says that the profile lacks a field",
    model: answer(SS, "queryProfile"),
    payload: { ...profileNulls, "org.example.x": null },
  },
  {
    place: "server-server/query.yaml, m.tz",
    words: "invalid time zones do no harm",
    model: answer(SS, "queryProfile"),
    payload: { "m.tz": 5 },
    means: {},
  },
  {
    place: "server-server/query.yaml, m.tz",
    words: "nor do those that are not known",
    model: answer(SS, "queryProfile"),
    payload: { "m.tz": "Mars/Olympus" },
  },
  {
    place: "client-server/profile.yaml, m.tz",
    words: "invalid time zones do no harm",
    model: answer(CS, "getUserProfile"),
    payload: { "m.tz": 5 },
    means: {},
  },
  {
    place: "client-server/profile.yaml",
    words: "custom fields are of any type, null too",
    model: answer(CS, "getUserProfile"),
    payload: { "org.example.x": null },
  },
  ...["getConfig", "getConfigAuthed"].map((id) => ({
    place: "client-server/content-repo.yaml, m.upload.size",
    words: "null: not known",
    model: answer(CS, id),
    payload: { "m.upload.size": null },
    means: {},
  })),
  {
    place: "client-server/whoami.yaml",
    words: "no device, and no word on guests",
    model: answer(CS, "getTokenOwner"),
    payload: { user_id: "@a:example.org" },
  },
  {
    place: "definitions/public_rooms_chunk.yaml",
    words: "no join_rule means public",
    model: answer(CS, "getPublicRooms"),
    payload: { chunk: [chunk] },
  },
  {
    place: "client-server/list_public_rooms.yaml, room_types",
    words: "null stands for rooms without a type",
    model: request(CS, "queryPublicRooms"),
    payload: { filter: { room_types: [null, "m.space"] } },
  },
  {
    place: "server-server/public_rooms.yaml, room_types",
    words: "null stands for rooms without a type",
    model: request(SS, "queryPublicRooms"),
    payload: { filter: { room_types: [null, "m.space"] } },
  },
  {
    place: "client-server/presence.yaml, status_msg",
    words: "null: no message",
    model: answer(CS, "getPresence"),
    payload: { presence: "online", status_msg: null },
  },
  {
    place: "client-server/pusher.yaml",
    words: "deleting needs nothing but the keys",
    model: request(CS, "postPusher"),
    payload: { app_id: "a", pushkey: "p", kind: null },
  },
  {
    place: "client-server/sync.yaml",
    words: "everything but the token may be missing",
    model: answer(CS, "sync"),
    payload: { next_batch: "s" },
  },
  {
    place: "definitions/timeline_batch.yaml, prev_batch",
    words: "missing at the start of the room",
    model: answer(CS, "sync"),
    payload: { next_batch: "s", rooms: { join: { "!r:a": { timeline: { events: [] } } } } },
  },
  {
    place: "client-server/login.yaml",
    words: "flows and providers that are not known",
    model: answer(CS, "getLoginFlows"),
    payload: { flows: [{ type: "org.example.magic" }, { type: "m.login.sso" }] },
  },
  {
    place: "client-server/capabilities.yaml",
    words: "each capability may be missing",
    model: answer(CS, "getCapabilities"),
    payload: { capabilities: {} },
  },
  { place: "client-server/keys.yaml", words: "what need not be uploaded may be missing", model: request(CS, "uploadKeys"), payload: {} },
  { place: "client-server/typing.yaml", words: "false needs no timeout", model: request(CS, "setTyping"), payload: { typing: false } },
  {
    place: "client-server/threads_list.yaml",
    words: "no next_batch at the end",
    model: answer(CS, "getThreadRoots"),
    payload: { chunk: [] },
  },
  {
    place: "client-server/rooms.yaml",
    words: "servers leave out what they do not know of a member",
    model: answer(CS, "getJoinedMembersByRoom"),
    payload: { joined: { "@a:example.org": {} } },
  },
  {
    place: "client-server-api/modules/push.md",
    words: "conditions and actions that are not known stay, historical actions do nothing",
    model: answer(CS, "getPushRules"),
    payload: {
      global: {
        override: [
          { ...rule, actions: ["dont_notify", "coalesce", { "org.example.beep": 1 }], conditions: [{ kind: "org.example.moon" }] },
        ],
      },
    },
  },
  {
    place: "definitions/push_condition.yaml, value",
    words: "null can be compared with",
    model: answer(CS, "getPushRules"),
    payload: {
      global: { override: [{ ...rule, actions: [], conditions: [{ kind: "event_property_is", key: "content.x", value: null }] }] },
    },
  },
  {
    place: "server-server/transactions.yaml, edus",
    words: "may be missing",
    model: request(SS, "sendTransaction"),
    payload: { origin: "example.org", origin_server_ts: 1, pdus: [] },
  },
  ...["makeJoin", "makeLeave"].map((id) => ({
    place: "server-server/joins-v1.yaml and leaving-v1.yaml",
    words: "no room_version means 1 or 2",
    model: answer(SS, id),
    payload: { event: {} },
  })),
  {
    place: "application-service/transactions.yaml",
    words: "empty lists may be missing",
    model: request("application-service", "sendTransaction"),
    payload: { events: [] },
  },
  {
    place: "push-gateway/push_notifier.yaml",
    words: "counts alone need no event",
    model: request("push-gateway", "notify"),
    payload: { notification: { devices: [{ app_id: "a", pushkey: "p" }] } },
  },
  {
    place: "schemas/oauth2-client-metadata.yaml",
    words: "clients of later versions are understood",
    model: answer(CS, "getAuthMetadata"),
    payload: oauthMetadata(),
  },
];

/** With grants, modes and methods that no version knows. */
function oauthMetadata(): object {
  const url = "https://example.org/x";
  return {
    issuer: "https://example.org/",
    authorization_endpoint: url,
    token_endpoint: url,
    revocation_endpoint: url,
    registration_endpoint: url,
    response_types_supported: ["code", "org.example.x"],
    grant_types_supported: ["authorization_code", "org.example.x"],
    response_modes_supported: ["query", "org.example.x"],
    code_challenge_methods_supported: ["S256", "org.example.x"],
  };
}

/** Every tolerance of payloads. */
export const payloadTolerances: readonly PayloadTolerance[] = [...calls, ...contents, ...endpoints];
