// The thirteen places where Ruma can be built to be lenient, on the real models: repaired by choice, or never refused at all.
import { AnyJsonObject, type AppliedRepair, type Model } from "@patrix/api";
import {
  getAccount3PIDs,
  getRoomTags,
  getUserProfile,
  PublicRoomsChunk,
  setProfileField,
  ThirdPartyProtocol,
  UploadCrossSigningSignaturesResponse,
} from "@patrix/client-api";
import {
  CallHangupContent,
  ClientEvent,
  MemberThirdPartyInvite,
  RoomAvatarContent,
  RoomCanonicalAliasContent,
  RoomCreateContent,
  RoomMemberContent,
  RoomNameContent,
  RoomThirdPartyInviteContent,
  RoomTombstoneContent,
  RoomTopicContent,
  StickerContent,
  TagContent,
} from "@patrix/events";
import { SendTransactionBody, ServerKeys } from "@patrix/federation-api";
import { describe, expect, it } from "vitest";

interface Case {
  readonly rule: string;
  readonly model: Model<unknown>;
  readonly payload: unknown;
  readonly value: unknown;
  readonly repairs: readonly AppliedRepair[];
}

const longUser = `@${"a".repeat(400)}:example.org`;
const event = { type: "m.x", event_id: "$e", room_id: "!r:example.org", sender: "@a:example.org", origin_server_ts: 1, content: {} };
const chunk = { num_joined_members: 1, room_id: "!r:example.org", world_readable: true, guest_can_join: false };
const transaction = { origin: "example.org", origin_server_ts: 1 };
const file = {
  url: "mxc://example.org/secret",
  key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k: "aWF6", ext: true },
  iv: "aXY",
  hashes: { sha256: "aGFzaA" },
  v: "v2",
};
const thirdParty = { display_name: "a", key_validity_url: "https://example.org", public_key: "a2V5" };
const signed = { mxid: "@a:example.org", signatures: {}, token: "t" };
const protocol = { user_fields: [], location_fields: [], icon: "", field_types: {}, instances: [] };
const sticker = { body: "a duck", info: {}, file };

function repaired(rule: string, model: Model<unknown>, payload: object, value: object, pointer: string, original?: unknown): Case {
  return { rule, model, payload, value, repairs: [{ pointer, rule, original }] };
}

const repairs: readonly Case[] = [
  repaired(
    "arbitrary-length-ids",
    ClientEvent,
    { ...event, sender: longUser, x: 1 },
    { ...event, sender: longUser, x: 1 },
    "/sender",
    longUser,
  ),
  repaired("empty-string-null", RoomAvatarContent, { url: "" }, {}, "/url", ""),
  repaired("empty-string-null", RoomAvatarContent, { info: { thumbnail_url: "" } }, { info: {} }, "/info/thumbnail_url", ""),
  repaired("empty-string-null", getUserProfile.models.response, { avatar_url: "", x: 1 }, { x: 1 }, "/avatar_url", ""),
  repaired("empty-string-null", PublicRoomsChunk, { ...chunk, canonical_alias: "" }, chunk, "/canonical_alias", ""),
  repaired("null", RoomAvatarContent, { url: null, info: { w: 1 } }, { info: { w: 1 } }, "/url", null),
  repaired("null", RoomMemberContent, { membership: "join", avatar_url: null }, { membership: "join" }, "/avatar_url", null),
  repaired("null", PublicRoomsChunk, { ...chunk, name: null }, chunk, "/name", null),
  repaired("optional", RoomTombstoneContent, { replacement_room: "!r" }, { body: "", replacement_room: "!r" }, "/body"),
  repaired(
    "optional",
    RoomThirdPartyInviteContent,
    { ...thirdParty, display_name: undefined },
    { ...thirdParty, display_name: "" },
    "/display_name",
  ),
  repaired(
    "optional",
    RoomThirdPartyInviteContent,
    { ...thirdParty, key_validity_url: null },
    { ...thirdParty, key_validity_url: "" },
    "/key_validity_url",
    null,
  ),
  repaired(
    "optional",
    RoomThirdPartyInviteContent,
    { ...thirdParty, public_key: null },
    { ...thirdParty, public_key: "" },
    "/public_key",
    null,
  ),
  repaired("optional", MemberThirdPartyInvite, { signed }, { display_name: "", signed }, "/display_name"),
  repaired("optional", ThirdPartyProtocol, { ...protocol, icon: null }, { ...protocol, icon: "" }, "/icon", null),
  repaired(
    "tag-info",
    getRoomTags.models.response,
    { tags: { "u.a": { order: "1" } } },
    { tags: { "u.a": { order: 1 } } },
    "/tags/u.a/order",
    "1",
  ),
  repaired(
    "call-version-0",
    CallHangupContent,
    { call_id: "c", version: "0", reason: "user_hangup" },
    { call_id: "c", version: "0", reason: "user_hangup", party_id: "" },
    "/party_id",
  ),
  repaired(
    "tag-info",
    TagContent,
    { tags: { "u.a/b": { order: "0.5" } } },
    { tags: { "u.a/b": { order: 0.5 } } },
    "/tags/u.a~1b/order",
    "0.5",
  ),
  repaired("encrypted-stickers", StickerContent, sticker, { ...sticker, url: file.url }, "/url"),
  repaired("optional-txn-pdus", SendTransactionBody, transaction, { ...transaction, pdus: [] }, "/pdus"),
  repaired("optional-txn-pdus", SendTransactionBody, { ...transaction, pdus: null }, { ...transaction, pdus: [] }, "/pdus", null),
  repaired(
    "lax-room-create-deser",
    RoomCreateContent,
    { room_version: "11", predecessor: { room_id: 5, event_id: true } },
    { room_version: "11" },
    "/predecessor",
    { room_id: 5, event_id: true },
  ),
  repaired("lax-room-create-deser", RoomCreateContent, { predecessor: "!r:a" }, {}, "/predecessor", "!r:a"),
  repaired("lax-room-topic-deser", RoomTopicContent, { topic: "a", "m.topic": { "m.text": "a" } }, { topic: "a" }, "/m.topic", {
    "m.text": "a",
  }),
];

describe("what lenient mode repairs", () => {
  it.each(repairs)("$rule: $payload", ({ model, payload, value, repairs: expected }) => {
    const before = structuredClone(payload);
    expect(model.safeParse(payload).ok).toBe(false);
    expect(model.safeParse(payload, { mode: "lenient" })).toEqual({ ok: true, value, repairs: expected });
    expect(payload).toEqual(before);
  });

  it.each([
    ["an order that is no number", TagContent, { tags: { a: { order: "first" } } }],
    ["an order beyond numbers", TagContent, { tags: { a: { order: "1e999" } } }],
    ["a sticker without any picture", StickerContent, { body: "", info: {} }],
    ["a sticker with half a file", StickerContent, { body: "", info: {}, file: { url: file.url } }],
    ["a name that is a number", RoomNameContent, { name: 1 }],
    ["a transaction without an origin", SendTransactionBody, { origin_server_ts: 1, pdus: [] }],
    ["an identifier without its sigil, however long", ClientEvent, { ...event, sender: "a".repeat(400) }],
  ] satisfies [string, Model<unknown>, object][])("refuses %s all the same", (_, model, payload) => {
    expect(model.safeParse(payload, { mode: "lenient" }).ok).toBe(false);
  });
});

const keys = { server_name: "example.org", valid_until_ts: 1, verify_keys: { "ed25519:a-b.c": { key: "a2V5" } }, old_verify_keys: {} };
const accepted: [string, Model<unknown>, unknown][] = [
  ["server-signing-key-version", ServerKeys, { ...keys, signatures: { "example.org": { "ed25519:a-b.c": "c2ln" } } }],
  ["empty-string-null", RoomCanonicalAliasContent, { alias: "" }],
  ["empty-string-null", RoomMemberContent, { membership: "join", avatar_url: "" }],
  ["null", RoomMemberContent, { membership: "join", displayname: null }],
  ["unset-avatar", setProfileField.models.body ?? AnyJsonObject, { avatar_url: "" }],
  ["get-3pids", getAccount3PIDs.models.response, {}],
  ["upload-signatures", UploadCrossSigningSignaturesResponse, { failures: { "@a:b": { DEVICE: { errcode: "M_X", message: "no" } } } }],
];

describe("what no mode refuses", () => {
  it.each(accepted)("%s: %j", (_, model, payload) => {
    expect(model.parse(payload)).toBe(payload);
    const result = model.safeParse(payload, { mode: "lenient" });
    expect(result).toEqual({ ok: true, value: payload, repairs: [] });
    expect(result.ok && result.value).toBe(payload);
  });
});
