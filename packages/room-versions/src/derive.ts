import type {
  AuthorizationRules,
  EventFormatRules,
  RedactedContent,
  RedactionRules,
  RoomVersionRules,
  SignatureRules,
} from "./room-version-rules.ts";

/** What a room version changes in the redaction of the one before. */
export interface RedactionChanges extends Partial<Omit<RedactionRules, "content">> {
  /** Event types whose surviving content changes; `undefined` removes a type. */
  readonly content?: Readonly<Record<string, RedactedContent | undefined>>;
}

/** What a room version changes in the one before. */
export interface RoomVersionChanges extends Partial<Omit<RoomVersionRules, "authorization" | "redaction" | "signatures" | "eventFormat">> {
  readonly id: string;
  readonly authorization?: Partial<AuthorizationRules>;
  readonly redaction?: RedactionChanges;
  readonly signatures?: Partial<SignatureRules>;
  readonly eventFormat?: Partial<EventFormatRules>;
}

/** Makes the rules of a room version from those of an earlier one and what changes; `base` stays as it is. */
export function derive(base: RoomVersionRules, changes: RoomVersionChanges): RoomVersionRules {
  return Object.freeze({
    ...base,
    ...changes,
    authorization: Object.freeze({ ...base.authorization, ...changes.authorization }),
    redaction: Object.freeze(deriveRedaction(base.redaction, changes.redaction ?? {})),
    signatures: Object.freeze({ ...base.signatures, ...changes.signatures }),
    eventFormat: Object.freeze({ ...base.eventFormat, ...changes.eventFormat }),
  });
}

function deriveRedaction(base: RedactionRules, changes: RedactionChanges): RedactionRules {
  const content = new Map(base.content);
  for (const [type, kept] of Object.entries(changes.content ?? {})) {
    if (kept === undefined) content.delete(type);
    else content.set(type, kept);
  }
  return { ...base, ...changes, content };
}
