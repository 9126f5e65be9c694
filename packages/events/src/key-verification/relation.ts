import { model, type Model, obj, type OpenEnum, openEnum, type Shape } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * Ties an event of a verification to its request, where both are in a room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#verification-messages}
 */
export interface VerificationRelation {
  rel_type?: OpenEnum<"m.reference"> | undefined;
  /** The event with the request. */
  event_id?: EventId | undefined;
}
/** Checks {@link VerificationRelation}. */
export const VerificationRelation: Model<VerificationRelation> = /* @__PURE__ */ model(() =>
  obj<VerificationRelation>({ rel_type: z.optional(openEnum(["m.reference"])), event_id: z.optional(EventId) }),
);

/** What the messages of one verification have in common. */
export interface VerificationContent {
  /** The verification, between devices; in rooms `m.relates_to` tells it. */
  transaction_id?: string | undefined;
  /** Only in rooms. */
  "m.relates_to"?: VerificationRelation | undefined;
}

/** The checks of {@link VerificationContent}, to spread into those of a content that extends it. */
export function verificationContentShape(): Shape<VerificationContent> {
  return { transaction_id: z.optional(z.string()), "m.relates_to": z.optional(VerificationRelation.schema) };
}
