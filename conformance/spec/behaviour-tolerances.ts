// What the specification says in words of how readers behave, where no schema can show it: each with the file that does it, whose tests lie
// beside it. The places are files of the specification's repository at v1.19; the words are ours.

/** Something that readers take, ignore or default, by the words of the specification. */
export interface BehaviourTolerance {
  readonly place: string;
  readonly words: string;
  /** The file that does it; absent where nothing of ours does yet. */
  readonly home?: string | undefined;
}

const events = "packages/events/src";
const pushRules = "packages/push-rules/src";
const federation = "packages/federation/src";
const stateRes = "packages/state-res/src";
const roomVersions = "packages/room-versions/src";
const homeserver = "packages/homeserver/src";
const client = "packages/client/src";

/** Every tolerance of behaviour. */
export const behaviourTolerances: readonly BehaviourTolerance[] = [
  // Common.
  { place: "appendices.md, base64", words: "padding may be there or not", home: "packages/signatures/src/json/check-signatures.ts" },
  {
    place: "appendices.md, historical user IDs",
    words: "any localpart but one with a colon or NUL",
    home: "packages/identifiers/src/user-id.ts",
  },
  {
    place: "appendices.md, server names",
    words: "names that differ in case are two servers",
    home: "packages/identifiers/src/server-name.ts",
  },
  {
    place: "appendices.md, matrix URIs",
    words: "actions that do not fit the resource are ignored",
    home: "packages/identifiers/src/matrix-uri.ts",
  },
  {
    place: "appendices.md, matrix.to",
    words: "links that are not fully encoded, and to groups, occur",
    home: "packages/identifiers/src/matrix-to-uri.ts",
  },
  { place: "appendices.md, globs", words: "a backslash is a backslash", home: `${pushRules}/glob.ts` },
  { place: "every API, unsupported endpoints", words: "404 and 405 with M_UNRECOGNIZED", home: "packages/server/src/router.ts" },
  {
    place: "client-server-api/_index.md, errors",
    words: "the code of an error counts before the status, which counts for M_UNKNOWN",
    home: "packages/api/src/errors/matrix-error.ts",
  },
  { place: "client-server-api/_index.md, soft logout", words: "false where it is missing", home: `${client}/auth/session-holder.ts` },
  // Push rules.
  { place: "modules/push.md, historical actions", words: "dont_notify and coalesce are ignored", home: `${pushRules}/action.ts` },
  { place: "modules/push.md, conditions", words: "one that is not known matches nothing", home: `${pushRules}/compile-condition.ts` },
  {
    place: "modules/push.md, event_match",
    words: "what is absent or no text does not match, not even *",
    home: `${pushRules}/event-view.ts`,
  },
  {
    place: "modules/push.md, event_property_contains",
    words: "items of other types are ignored",
    home: `${pushRules}/compile-condition.ts`,
  },
  { place: "modules/push.md, room_member_count", words: "no prefix means ==", home: `${pushRules}/room-member-count.ts` },
  // Events.
  {
    place: "client-server-api/_index.md, relationships",
    words: "malformed ones are ignored, the event is not",
    home: `${events}/registry/event-registry.ts`,
  },
  {
    place: "modules/event_replacements.md",
    words: "edits that break a rule are ignored; m.relates_to within m.new_content too",
    home: `${events}/messaging/edit.ts`,
  },
  {
    place: "modules/event_replacements.md",
    words: "of edits of the same time the one with the largest event ID counts",
    home: `${events}/messaging/edit.ts`,
  },
  {
    place: "m.room.server_acl.yaml",
    words: "without an event every server is allowed, without a list none",
    home: `${events}/room/server-acl-evaluation.ts`,
  },
  {
    place: "m.room.power_levels.yaml",
    words: "the default of each level, with and without an event",
    home: `${roomVersions}/power-levels/power-levels.ts`,
  },
  { place: "m.room.member.yaml, unsigned", words: "no previous content means leave", home: `${events}/room/membership-change.ts` },
  {
    place: "client-server-api/_index.md, calculating names",
    words: "rooms without name and alias are called by their members",
    home: `${events}/room/room-display-name.ts`,
  },
  { place: "modules/image_packs.md", words: "the value of data-mx-emoticon is ignored", home: "packages/html/src/sanitize-html.ts" },
  {
    place: "m.room.pinned_events, read receipts",
    words: "the older receipt of a user and thread gives way",
    home: `${events}/ephemeral/read-receipts.ts`,
  },
  // Rooms.
  {
    place: "rooms/fragments/v2-state-res.md",
    words: "events that are not allowed are ignored",
    home: `${stateRes}/resolution/iterative-auth.ts`,
  },
  {
    place: "rooms/fragments/v2-state-res.md",
    words: "what the state lacks comes from auth_events, unless rejected",
    home: `${stateRes}/resolution/iterative-auth.ts`,
  },
  {
    place: "rooms/fragments/v1-stringy-power-levels.md",
    words: "how texts are read as levels",
    home: `${roomVersions}/power-levels/read-level.ts`,
  },
  {
    place: "server-server-api.md, authorization",
    words: "signatures of keys that are not known or expired are skipped",
    home: `${stateRes}/authorization/third-party-signature.ts`,
  },
  {
    place: "rooms/v11.md, redacts",
    words: "it stands in both places for clients of either age",
    home: `${homeserver}/rooms/read/render-event.ts`,
  },
  // Federation.
  {
    place: "server-server-api.md, X-Matrix",
    words: "no destination, colons without quotes, parameters that are not known",
    home: `${federation}/authentication/read-authorization.ts`,
  },
  {
    place: "server-server-api.md, server discovery",
    words: "a well-known answer that cannot be read is skipped",
    home: `${federation}/discovery/fetch-well-known.ts`,
  },
  {
    place: "server-server-api.md, server discovery",
    words: "without cache headers a sensible time",
    home: `${federation}/discovery/cache-lifetime.ts`,
  },
  {
    place: "server-server-api.md, checks on receipt",
    words: "what is not valid is dropped, rejected or kept from clients",
    home: `${federation}/receipt/check-on-receipt.ts`,
  },
  {
    place: "server-server-api.md, server ACLs",
    words: "PDUs, typing and receipts of a denied server are ignored room by room",
    home: `${federation}/transactions/server-acl.ts`,
  },
  {
    place: "server-server/transactions.yaml",
    words: "one bad PDU is no reason to refuse the others",
    home: "packages/api/src/model/independent.ts",
  },
  {
    place: "server-server/keys.yaml, valid_until_ts",
    words: "without it keys hold for ever in room versions 1 to 4",
    home: `${federation}/keys/key-ring.ts`,
  },
  {
    place: "server-server-api.md, policy servers",
    words: "an event or a signature that lacks something is none",
    home: `${federation}/policy/policy-server.ts`,
  },
  { place: "server-server/invites-v2.yaml", words: "400 and 404 mean that version 1 is to be tried" },
  { place: "server-server-api.md, media", words: "older media endpoints after M_UNRECOGNIZED" },
  // Client and homeserver.
  {
    place: "client-server/sync.yaml, state_after",
    words: "where it is missing the timeline changes the state",
    home: `${client}/base/reduce-sync.ts`,
  },
  { place: "client-server/sync.yaml", words: "what did not change may be missing", home: `${client}/base/reduce-sync.ts` },
  { place: "m.room.guest_access.yaml", words: "without an event guests are kept out", home: `${homeserver}/rooms/read/guest-access.ts` },
  {
    place: "modules/history_visibility.md",
    words: "shared without an event and for values that are not known",
    home: "packages/visibility/src/history-visibility.ts",
  },
  {
    place: "client-server/registration.yaml, guests",
    words: "all but the device name is ignored",
    home: `${homeserver}/http/client-server/register.ts`,
  },
  { place: "m.invite_permission_config.yaml", words: "only block blocks", home: `${homeserver}/accounts/contact-settings.ts` },
  { place: "application-service-api.md, legacy routes", words: "older paths after an error" },
  { place: "application-service-api.md, user_id", words: "missing: the sender of the application service" },
  { place: "identity, v2_associations.yaml and others", words: "bodies may be form-encoded" },
  { place: "client-server, id_access_token", words: "servers may do without it for clients of r0.5" },
  {
    place: "modules/end_to_end_encryption.md",
    words: "a key request that cannot be answered, unsolicited secrets and keys of other rooms are ignored",
  },
  { place: "client-server-api/_index.md, encrypted events", words: "m.relates_to within the encrypted payload is ignored" },
  { place: "modules/spaces.md", words: "a parent that neither the space nor its rights confirm is ignored" },
  { place: "modules/server_notices.md", words: "notices outside of the notice room are ignored" },
  { place: "modules/voip_events.md", words: "streams that the metadata does not list are ignored" },
];
