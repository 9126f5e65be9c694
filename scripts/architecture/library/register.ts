// Names that programs may repeat, and exports that no program uses yet: each with its reason. An entry that is not needed is a finding.

/** A name of the library that a program may declare again. */
export interface AllowedRepetition {
  readonly folder: string;
  readonly name: string;
  /** Why the two are not the same thing. */
  readonly reason: string;
}

/** Names that mean something else in a program. */
export const REPETITIONS: readonly AllowedRepetition[] = [
  {
    folder: "client",
    name: "Notification",
    reason: "what push rules want shown to the user; the library's is what a push gateway is told",
  },
  { folder: "client", name: "RequestOptions", reason: "retries, limits and timeout; the library's say where a request goes" },
  { folder: "client", name: "defineEvent", reason: "one's own event from any schema; the library's declares an event of the maps" },
  { folder: "client", name: "Device", reason: "a device that can be verified; the library's is one of the server's list" },
  { folder: "client", name: "Registration", reason: "what a new account is made of; the library's is an application service's" },
  { folder: "homeserver", name: "SyncQuery", reason: "positions and a compiled filter; the library's are the texts of the query" },
  { folder: "homeserver", name: "Receipt", reason: "a stored receipt with its position; the library's is the content of one" },
  { folder: "homeserver", name: "EventFilter", reason: "a filter compiled to numbers; the library's is the JSON of one" },
  { folder: "homeserver", name: "Viewer", reason: "by number, for unsigned fields; the library's is whom relations are bundled for" },
  { folder: "homeserver", name: "stateEvent", reason: "reads the state of a room; the library's declares an event type" },
  { folder: "homeserver", name: "DeviceLists", reason: "the lists themselves; the library's is the answer of a sync" },
  { folder: "homeserver", name: "RoomSummary", reason: "counts and heroes at a cut; the library's is the answer about a room not joined" },
];

/** Exports of one package, or of some of its files, that no program uses. */
export interface UnusedGroup {
  readonly folder: string;
  /** Files of the group, from the package's `src` on. Default: all. */
  readonly files?: RegExp;
  /** Names of the group. Default: all. */
  readonly names?: RegExp;
  /** For whom they are. */
  readonly reason: string;
}

/** Whom exports without a user in the house are for. */
export const UNUSED: readonly UnusedGroup[] = [
  { folder: "canonical-json", names: /event/i, reason: "servers and checkers that bound events before they are PDUs" },
  {
    folder: "identifiers",
    reason: "bridges, validators and clients: one parser, predicate and schema for each identifier of the appendices",
  },
  { folder: "html", reason: "clients that show messages" },
  { folder: "push-rules", reason: "clients with a page of settings, gateways and servers; thread subscriptions are MSC4306" },
  { folder: "api", names: /^(EndpointRoute|routesOf)$/, reason: "servers of one's own, which mount endpoints without @patrix/server" },
  {
    folder: "api",
    names: /^(RateLimitBody|isUnrecognized|anyJson|setCompiler|SPEC_VERSION)$/,
    reason: "those who declare endpoints, or call them",
  },
  { folder: "events", files: /^unstable\//, reason: "proposals: for those who try them out" },
  { folder: "events", names: /^(Pdu|PresenceEvent)/, reason: "servers that type PDUs, and clients that type presence" },
  {
    folder: "events",
    names: /^(knownStreams|decryptedContent|isStrayServerNotice|ClaimedSpace|ParentClaim|isConfirmedParent)$/,
    reason: "clients: what of calls, encrypted events, server notices and spaces they ignore",
  },
  { folder: "events", files: /^to-device\//, reason: "end-to-end encryption: what is inside of Olm messages and room key bundles" },
  { folder: "events", names: /^(captionOf|filenameOf|mimetypeOf)$/, reason: "clients that show media" },
  { folder: "events", names: /^directUsersOf$/, reason: "clients that show with whom a direct chat is" },
  {
    folder: "events",
    names: /^([mM]embership|getReceiptsOf$|withoutDirectRoom$)/,
    reason: "clients that show memberships, receipts and direct chats",
  },
  {
    folder: "events",
    names: /(ServerAcl|ServerAllowed|transferableStateTypes|[iI]nvite)/,
    reason: "servers: ACLs, upgrades, refused invites",
  },
  { folder: "signatures", reason: "servers and clients: raw Ed25519, PKCS#8 keys, and redactions on receipt" },
  { folder: "state-res", reason: "those who replay rooms" },
  { folder: "client-api", files: /^unstable\//, reason: "proposals: for clients and servers that try them out" },
  { folder: "appservice-api", reason: "bridges, and servers that have application services" },
  { folder: "identity-api", names: /^OperationId$/, reason: "identity servers: the names of all operations" },
  { folder: "push-gateway-api", names: /^OperationId$/, reason: "push gateways: the names of all operations" },
];
