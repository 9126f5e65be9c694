/**
 * Which keys of an event's content survive redaction: all of them, or the named ones.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redactions}
 */
export type RedactedContent = "all" | RedactedContentKeys;

/** The keys of an event's content that survive redaction. */
export interface RedactedContentKeys {
  /** Keys that are kept with their whole value. */
  readonly keys: readonly string[];
  /** Keys whose value is an object of which only the listed keys are kept. */
  readonly nested?: ReadonlyMap<string, readonly string[]>;
}

/**
 * How events are redacted.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redactions}
 */
export interface RedactionRules {
  /** Top-level keys of an event that survive. */
  readonly topLevelKeys: ReadonlySet<string>;
  /** By event type, what survives of the content; the content of a type that is not listed becomes `{}`. */
  readonly content: ReadonlyMap<string, RedactedContent>;
  /** `m.room.redaction` names its target in `content.redacts` instead of the top-level `redacts`. */
  readonly contentFieldRedacts: boolean;
}

/**
 * What the authorization rules ask for.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules}
 */
export interface AuthorizationRules {
  /** `m.room.redaction` is allowed by redact level or by equal domains of the event IDs. */
  readonly specialCaseRoomRedaction: boolean;
  /** `m.room.aliases` needs only a state key that equals the sender's domain. */
  readonly specialCaseRoomAliases: boolean;
  /** Numbers in events are integers within ±(2^53 − 1); before, floats and larger integers occur. */
  readonly strictCanonicalJson: boolean;
  /** Changes to `notifications` of `m.room.power_levels` are limited by the sender's power level. */
  readonly limitNotificationsPowerLevels: boolean;
  /** Membership and join rule `knock` exist. */
  readonly knocking: boolean;
  /** Join rule `restricted` exists. */
  readonly restrictedJoinRule: boolean;
  /** Join rule `knock_restricted` exists. */
  readonly knockRestrictedJoinRule: boolean;
  /** Power levels are integers; before, strings that hold an integer are accepted too. */
  readonly integerPowerLevels: boolean;
  /** The sender of `m.room.create` is the creator, instead of its `content.creator`. */
  readonly useRoomCreateSender: boolean;
  /** Creators have an infinite power level and may not be listed in `users` of `m.room.power_levels`. */
  readonly explicitlyPrivilegeRoomCreators: boolean;
  /** `content.additional_creators` of `m.room.create` names further creators. */
  readonly additionalRoomCreators: boolean;
  /** The room ID is the event ID of `m.room.create` with the sigil `!`. */
  readonly roomCreateEventIdAsRoomId: boolean;
}

/**
 * Which servers must have signed an event, besides the sender's.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events}
 */
export interface SignatureRules {
  /** The server named in the event ID must have signed. */
  readonly checkEventIdServer: boolean;
  /** The server of `join_authorised_via_users_server` must have signed the join. */
  readonly checkJoinAuthorisedViaUsersServer: boolean;
}

/**
 * What a PDU must look like.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#pdus}
 */
export interface EventFormatRules {
  /** PDUs carry `event_id`. */
  readonly requireEventId: boolean;
  /** `m.room.create` carries `room_id`. */
  readonly requireRoomCreateRoomId: boolean;
  /** `m.room.create` is selected into `auth_events`. */
  readonly allowRoomCreateInAuthEvents: boolean;
  /**
   * A field of more than 255 bytes and no more than 255 code points does not make an event malformed. Servers counted code points for long:
   * such events are part of rooms, and are kept as rejected ones, so that others can follow them.
   */
  readonly countFieldsInCodePoints: boolean;
  /** Highest `depth`; 2^63 stands for the limit 2^63 − 1, which no JavaScript number can hold. */
  readonly maxDepth: number;
}

/** How event IDs are made: chosen by the server, or the reference hash in standard or URL-safe base64. */
export type EventIdFormat = "opaque" | "hash-base64" | "hash-base64url";

/** How room IDs are made: chosen by the server, or the event ID of `m.room.create` with the sigil `!`. */
export type RoomIdFormat = "opaque" | "create-event-hash";

/** How `auth_events` and `prev_events` name events: `[id, {sha256}]` pairs, or bare event IDs. */
export type EventsReferenceFormat = "id-and-hash" | "id";

/** The state resolution algorithm; `v2.1` starts from the empty state and adds the conflicted state subgraph. */
export type StateResolutionAlgorithm = "v1" | "v2" | "v2.1";

/** Whether the specification lists the room version as stable. */
export type RoomVersionDisposition = "stable" | "unstable";

/**
 * All that differs between room versions.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/}
 */
export interface RoomVersionRules {
  /** The room version's identifier. */
  readonly id: string;
  readonly disposition: RoomVersionDisposition;
  readonly eventIdFormat: EventIdFormat;
  readonly roomIdFormat: RoomIdFormat;
  readonly eventsReferenceFormat: EventsReferenceFormat;
  readonly stateResolution: StateResolutionAlgorithm;
  /** A signing key counts only if its validity reaches the event's `origin_server_ts`. */
  readonly enforceKeyValidity: boolean;
  readonly authorization: AuthorizationRules;
  readonly redaction: RedactionRules;
  readonly signatures: SignatureRules;
  readonly eventFormat: EventFormatRules;
}
