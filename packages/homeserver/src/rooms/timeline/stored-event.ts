import type { JsonObject } from "@patrix/api";
import type { RoomVersionRules } from "@patrix/room-versions";
import { redact, toClientEvent } from "@patrix/signatures";
import { type AuthEvent, toAuthEvent } from "@patrix/state-res";
import type { Place } from "./place.ts";

/** What became of an event on receipt. */
export const eventStatus: { readonly accepted: 0; readonly softFailed: 1; readonly rejected: 2; readonly outlier: 3 } = {
  accepted: 0,
  softFailed: 1,
  rejected: 2,
  outlier: 3,
};

/** The columns of an event, with its numbers turned into names. */
export interface StoredEventFields {
  readonly nid: number;
  readonly roomNid: number;
  /** The place right after the event; `null` if it is in no timeline. */
  readonly place: Place | null;
  readonly eventId: string;
  readonly type: string;
  readonly stateKey: string | undefined;
  readonly senderNid: number;
  readonly sender: string;
  readonly depth: number;
  readonly ts: number;
  /** The state group before the event, on its own branch. */
  readonly stateNid: number;
  /** The state group of the room at the event's place, its forks resolved; `null` where it is not known. */
  readonly afterNid: number | null;
  /** Whether the event's own branch had another state than the room. */
  readonly isForked: boolean;
  readonly replacesNid: number | null;
  readonly status: number;
  readonly redactedBy: number | null;
  readonly deviceNid: number | null;
  readonly txn: string | null;
  /** The delayed event that it comes from. */
  readonly delayId: string | null;
  /** The PDU as canonical JSON. */
  readonly json: string;
}

/** The longest JSON of an event whose PDU is kept while it is new: a thousand of them may be. */
const KEPT_PDU_LENGTH = 4_096;

/** An event in memory: its columns, and what is derived from its JSON when asked for. */
export class StoredEvent {
  readonly fields: StoredEventFields;
  readonly rules: RoomVersionRules;
  #pdu: JsonObject | undefined;
  #authEvent: AuthEvent | undefined;
  #fragment: string | undefined;

  constructor(fields: StoredEventFields, rules: RoomVersionRules, pdu?: JsonObject) {
    this.fields = fields;
    this.rules = rules;
    if (fields.stateKey !== undefined) this.#pdu = pdu;
    else if (pdu) this.#fragment = this.#serialise(pdu);
  }

  get nid(): number {
    return this.fields.nid;
  }

  get eventId(): string {
    return this.fields.eventId;
  }

  /** The PDU as it was accepted, whatever was redacted since. State events keep it, since they are read often. */
  get pdu(): JsonObject {
    if (this.#pdu) return this.#pdu;
    // The column holds only what the room engine wrote, which is a JSON object.
    const pdu = JSON.parse(this.fields.json) as JsonObject;
    if (this.fields.stateKey !== undefined) this.#pdu = pdu;
    return pdu;
  }

  /** Keeps the PDU of an event that is new, unless it is large: those who follow the log are about to read it. */
  keepPdu(pdu: JsonObject): void {
    if (this.fields.json.length <= KEPT_PDU_LENGTH) this.#pdu = pdu;
  }

  /** Ends {@link StoredEvent.keepPdu}. */
  dropPdu(): void {
    if (this.fields.stateKey === undefined) this.#pdu = undefined;
  }

  /** About how many bytes it takes in memory. */
  get weight(): number {
    const { json, stateKey } = this.fields;
    return stateKey === undefined ? 900 + json.length * 2 : 1_500 + json.length * 6;
  }

  /** The content as clients see it: redacted where a redaction applies. */
  get content(): JsonObject {
    const { pdu } = this;
    const shown = this.fields.redactedBy === null ? pdu : redact(pdu, this.rules);
    return shown["content"] as JsonObject;
  }

  /** The form that authorisation reads. */
  get authEvent(): AuthEvent {
    return (this.#authEvent ??= toAuthEvent(this, this.fields.status === eventStatus.rejected));
  }

  /**
   * The event for clients, serialised once and shared by every response: everything but `room_id`, `unsigned` and the
   * closing brace, so that those can be added.
   */
  get fragment(): string {
    return (this.#fragment ??= this.#serialise(this.pdu));
  }

  /** As {@link StoredEvent.fragment}, for those who want the PDU. */
  get pduFragment(): string {
    return this.#serialisePdu(this.#shown);
  }

  /** As {@link StoredEvent.fragment} or {@link StoredEvent.pduFragment}, redacted. */
  redactedFragment(format: "client" | "federation"): string {
    const redacted = redact(this.pdu, this.rules);
    return format === "federation" ? this.#serialisePdu(redacted) : this.#serialise(redacted);
  }

  get #shown(): JsonObject {
    return this.fields.redactedBy === null ? this.pdu : redact(this.pdu, this.rules);
  }

  #serialisePdu({ unsigned: _unsigned, ...pdu }: JsonObject): string {
    return JSON.stringify(pdu).slice(0, -1);
  }

  #serialise(pdu: JsonObject): string {
    const { eventId, redactedBy } = this.fields;
    const shown = redactedBy === null ? pdu : redact(pdu, this.rules);
    const { room_id: _room, unsigned: _unsigned, ...event } = toClientEvent(shown, eventId, this.rules);
    return JSON.stringify(event).slice(0, -1);
  }
}

/** Whether it is known in which state an event was sent: of what only others name, it is not. */
export function hasState(event: StoredEvent | undefined): boolean {
  if (!event || event.fields.status === eventStatus.outlier) return false;
  return event.fields.status !== eventStatus.rejected || event.fields.stateNid !== 0;
}
