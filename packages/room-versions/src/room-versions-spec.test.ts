import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { derive } from "./derive.ts";
import type { RoomVersionRules } from "./room-version-rules.ts";
import { defaultRoomVersion, getRoomVersionRules, isStableRoomVersion, roomVersions } from "./room-versions.ts";

const vectors = new URL("../../../../shared/spec/vectors/", import.meta.url);
const missing = !existsSync(vectors);
if (missing) console.warn("room-versions: ../shared/spec is absent, vector tests are skipped");

type ByVersion<T> = Record<string, T>;
interface VersionVector {
  version: string;
  stability: string;
  eventFormat: string;
  eventId: string;
  roomId: string;
  stateResolution: string;
  maxDepth: string;
  canonicalJson: string;
  signingKeyValidity: string;
  memberships: string[];
  joinRules: string[];
  powerLevelTypes: string[];
  creator: string;
  redacts: string;
  pduFields: { required: string[] };
}
interface Vectors {
  "room-versions": {
    default: string;
    versions: VersionVector[];
    features: Record<string, { versions: ByVersion<boolean> }>;
  };
  redaction: {
    versions: ByVersion<string>;
    algorithms: Record<string, { topLevel: string[]; content: Record<string, object> }>;
  };
  "auth-rules": { rules: { id: string; versions: ByVersion<string> }[] };
}
function read<K extends keyof Vectors>(name: K): Vectors[K] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, vectors), "utf8"));
}
const rulesOf = (id: string): RoomVersionRules => getRoomVersionRules(id)!;

/** Each feature of the vectors, as this table says it. */
const features: Record<string, (rules: RoomVersionRules) => boolean> = {
  eventIdInPdu: (r) => r.eventFormat.requireEventId,
  authAndPrevEventsAsIdHashPairs: (r) => r.eventsReferenceFormat === "id-and-hash",
  signatureOfEventIdDomainRequired: (r) => r.signatures.checkEventIdServer,
  redactionCheckedByAuthRules: (r) => r.authorization.specialCaseRoomRedaction,
  redactionCheckedOnReceipt: (r) => !r.authorization.specialCaseRoomRedaction,
  aliasesAuthRule: (r) => r.authorization.specialCaseRoomAliases,
  aliasesKeptOnRedaction: (r) => r.redaction.content.has("m.room.aliases"),
  signingKeyValidityEnforced: (r) => r.enforceKeyValidity,
  canonicalJsonEnforced: (r) => r.authorization.strictCanonicalJson,
  notificationLevelsInAuthRules: (r) => r.authorization.limitNotificationsPowerLevels,
  floatPowerLevels: (r) => !r.authorization.strictCanonicalJson,
  stringPowerLevels: (r) => !r.authorization.integerPowerLevels,
  integerPowerLevelsEnforced: (r) => r.authorization.integerPowerLevels,
  knocking: (r) => r.authorization.knocking,
  restrictedJoins: (r) => r.authorization.restrictedJoinRule,
  allowKeptOnRedaction: (r) => keeps(r, "m.room.join_rules", "allow"),
  joinAuthorisedKeptOnRedaction: (r) => keeps(r, "m.room.member", "join_authorised_via_users_server"),
  knockRestrictedJoinRule: (r) => r.authorization.knockRestrictedJoinRule,
  creatorInCreateContent: (r) => !r.authorization.useRoomCreateSender,
  redactsAtTopLevel: (r) => !r.redaction.contentFieldRedacts,
  redactsInContent: (r) => r.redaction.contentFieldRedacts,
  originMembershipPrevStateKeptOnRedaction: (r) => ["origin", "membership", "prev_state"].every((key) => r.redaction.topLevelKeys.has(key)),
  createContentKeptOnRedaction: (r) => r.redaction.content.get("m.room.create") === "all",
  inviteLevelKeptOnRedaction: (r) => keeps(r, "m.room.power_levels", "invite"),
  thirdPartyInviteSignedKeptOnRedaction: (r) => {
    const member = r.redaction.content.get("m.room.member");
    return typeof member === "object" && member.nested?.get("third_party_invite")?.[0] === "signed";
  },
  roomIdIsCreateEventHash: (r) => r.roomIdFormat === "create-event-hash" && r.authorization.roomCreateEventIdAsRoomId,
  createEventHasRoomId: (r) => r.eventFormat.requireRoomCreateRoomId,
  createEventInAuthEvents: (r) => r.eventFormat.allowRoomCreateInAuthEvents,
  creatorsHaveInfinitePower: (r) => r.authorization.explicitlyPrivilegeRoomCreators,
  additionalCreators: (r) => r.authorization.additionalRoomCreators,
  stateResolutionStartsFromEmptyState: (r) => r.stateResolution === "v2.1",
  conflictedStateSubgraph: (r) => r.stateResolution === "v2.1",
};

function keeps(rules: RoomVersionRules, type: string, key: string): boolean {
  const kept = rules.redaction.content.get(type);
  return typeof kept === "object" && kept.keys.includes(key);
}

describe("the table", () => {
  it("has versions 1 to 12, all stable, each under its own identifier", () => {
    const expected = Array.from({ length: 12 }, (_, index) => String(index + 1));
    expect([...roomVersions.keys()]).toEqual(expected);
    for (const [id, rules] of roomVersions) expect(rules.id).toBe(id);
    for (const id of expected) expect(isStableRoomVersion(id)).toBe(true);
    expect(isStableRoomVersion(defaultRoomVersion)).toBe(true);
  });

  it.each(["", "0", "01", " 1", "13", "1.0", "__proto__", "constructor", "org.matrix.msc2870"])("does not know room version %j", (id) => {
    expect(getRoomVersionRules(id)).toBeUndefined();
    expect(isStableRoomVersion(id)).toBe(false);
  });

  it("leaves the base as it is when a version derives from it", () => {
    const base = rulesOf("11");
    const before = new Map(base.redaction.content);
    const derived = derive(base, {
      id: "x",
      disposition: "unstable",
      redaction: { content: { "m.room.server_acl": { keys: ["allow"] }, "m.room.create": undefined } },
    });
    expect(derived.redaction.content.has("m.room.create")).toBe(false);
    expect(derived.redaction.content.get("m.room.server_acl")).toEqual({ keys: ["allow"] });
    expect(derived.authorization).toEqual(base.authorization);
    expect(base.redaction.content).toEqual(before);
    expect(Object.isFrozen(derived) && Object.isFrozen(derived.authorization)).toBe(true);
  });
});

describe.skipIf(missing)("the specification's room versions", () => {
  const data = missing ? { default: "", versions: [], features: {} } : read("room-versions");

  it("has the same default and the same versions", () => {
    expect(data.default).toBe(defaultRoomVersion);
    expect(data.versions.map((v) => v.version)).toEqual([...roomVersions.keys()]);
  });

  it("knows every feature of the vectors", () => {
    expect(Object.keys(features).toSorted()).toEqual(Object.keys(data.features).toSorted());
  });

  it.each(Object.keys(data.features))("agrees on %s in every version", (name) => {
    const actual = [...roomVersions.values()].map((rules) => [rules.id, features[name]?.(rules)]);
    expect(Object.fromEntries(actual)).toEqual(data.features[name]?.versions);
  });

  it.each(data.versions)("agrees on version $version", (v) => {
    const rules = rulesOf(v.version);
    const { authorization } = rules;
    expect(rules.disposition).toBe(v.stability);
    const ids = {
      opaque: "$opaque_id:domain",
      "hash-base64": "$<reference hash, unpadded base64>",
      "hash-base64url": "$<reference hash, URL-safe unpadded base64>",
    };
    expect(ids[rules.eventIdFormat]).toBe(v.eventId);
    expect(rules.roomIdFormat === "opaque").toBe(v.roomId === "!opaque_id:domain");
    const resolution = { v1: "v1", v2: "v2", "v2.1": "v12" };
    expect(resolution[rules.stateResolution]).toBe(v.stateResolution);
    expect(rules.eventFormat.maxDepth).toBe(v.maxDepth === "2^63-1" ? 2 ** 63 : Number.MAX_SAFE_INTEGER);
    expect(authorization.strictCanonicalJson).toBe(v.canonicalJson === "enforced");
    expect(rules.enforceKeyValidity).toBe(v.signingKeyValidity === "enforced");
    expect(authorization.knocking).toBe(v.memberships.includes("knock"));
    expect(authorization.knocking).toBe(v.joinRules.includes("knock"));
    expect(authorization.restrictedJoinRule).toBe(v.joinRules.includes("restricted"));
    expect(authorization.knockRestrictedJoinRule).toBe(v.joinRules.includes("knock_restricted"));
    expect(authorization.integerPowerLevels).toBe(!v.powerLevelTypes.includes("string"));
    expect(authorization.useRoomCreateSender).toBe(v.creator !== "content.creator");
    expect(authorization.additionalRoomCreators).toBe(v.creator.includes("additional_creators"));
    expect(rules.redaction.contentFieldRedacts).toBe(v.redacts === "content.redacts");
    expect(rules.eventsReferenceFormat).toBe(v.eventFormat === "pdu_v1" ? "id-and-hash" : "id");
    expect(rules.eventFormat.requireEventId).toBe(v.pduFields.required.includes("event_id"));
  });

  it.each([...roomVersions.keys()])("agrees on the redaction of version %s", (id) => {
    const redaction = read("redaction");
    const algorithm = redaction.algorithms[redaction.versions[id] ?? ""];
    const { topLevelKeys, content } = rulesOf(id).redaction;
    expect([...topLevelKeys].toSorted()).toEqual(algorithm?.topLevel.toSorted());
    const actual = [...content].map(([type, kept]) => [
      type,
      kept === "all"
        ? { all: true }
        : {
            keys: kept.keys,
            ...(kept.nested ? { nested: Object.fromEntries(kept.nested) } : {}),
          },
    ]);
    expect(Object.fromEntries(actual)).toEqual(algorithm?.content);
  });
});

describe.skipIf(missing)("the specification's authorization rules", () => {
  /** Rules that exist only in some versions, and the flag that stands for each. */
  const byRule: Record<string, (rules: RoomVersionRules) => boolean> = {
    "create.room_id_domain_mismatch": (r) => r.roomIdFormat === "opaque",
    "create.no_creator": (r) => !r.authorization.useRoomCreateSender,
    "create.has_room_id": (r) => r.authorization.roomCreateEventIdAsRoomId,
    "create.bad_additional_creators": (r) => r.authorization.additionalRoomCreators,
    "auth_events.no_create_entry": (r) => r.eventFormat.allowRoomCreateInAuthEvents,
    room_id_is_not_create_event: (r) => r.authorization.roomCreateEventIdAsRoomId,
    aliases: (r) => r.authorization.specialCaseRoomAliases,
    redaction: (r) => r.authorization.specialCaseRoomRedaction,
    "member.knock": (r) => r.authorization.knocking,
    "member.join.rule_invite_or_knock": (r) => r.authorization.knocking,
    "member.join_authorised": (r) => r.signatures.checkJoinAuthorisedViaUsersServer,
    "member.join.rule_restricted_or_knock_restricted": (r) => r.authorization.knockRestrictedJoinRule,
    "member.join.first_join_of_create_sender": (r) => r.authorization.useRoomCreateSender,
    "power_levels.users_not_integers": (r) => r.authorization.integerPowerLevels,
    "power_levels.users_not_integers_or_strings": (r) => !r.authorization.integerPowerLevels,
    "power_levels.events_or_notifications_changed_or_removed": (r) => r.authorization.limitNotificationsPowerLevels,
    "power_levels.users_lists_creator": (r) => r.authorization.explicitlyPrivilegeRoomCreators,
  };

  it.each(Object.keys(byRule))("has %s in exactly the versions whose flag says so", (id) => {
    const rule = read("auth-rules").rules.find((candidate) => candidate.id === id)!;
    for (const [version, rules] of roomVersions) {
      expect([version, byRule[id]?.(rules)]).toEqual([version, version in rule.versions]);
    }
  });
});
