import type { JsonObject, NamedPdu } from "@patrix/signatures";

/** The checks on receipt of a PDU, in their order. */
export type ReceiptStep = "format" | "signatures" | "auth-events" | "state-before" | "current-state" | "policy-server";

/** A PDU that has passed, to be used like any other event. */
export interface AcceptedPdu {
  readonly outcome: "accepted";
  readonly event: NamedPdu;
  /** Whether its content hash did not match, so that only its redacted copy is used. */
  readonly isRedacted: boolean;
}

/** A PDU that becomes part of the graph, but is not shown and not built on by this server. */
export interface SoftFailedPdu extends Omit<AcceptedPdu, "outcome"> {
  readonly outcome: "soft-failed";
  readonly step: "current-state" | "policy-server";
  readonly reason: string;
  /** The number of the authorisation rule that decided, such as `v12:6`. */
  readonly rule?: string | undefined;
}

/** A PDU that breaks the authorisation rules: it is kept as rejected, since others may refer to it. */
export interface RejectedPdu extends Omit<AcceptedPdu, "outcome"> {
  readonly outcome: "rejected";
  readonly step: "auth-events" | "state-before";
  readonly reason: string;
  readonly rule: string;
}

/** What is not a PDU of the room version, or not signed as it must be: nothing of it is kept. */
export interface DroppedPdu {
  readonly outcome: "dropped";
  readonly step: "format" | "signatures";
  readonly reason: string;
  /** As it came. */
  readonly pdu: JsonObject;
}

/** What became of a PDU on receipt. */
export type ReceiptOutcome = AcceptedPdu | SoftFailedPdu | RejectedPdu | DroppedPdu;
