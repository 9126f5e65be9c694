import { type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * The event that a rich reply answers.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#rich-replies}
 */
export interface InReplyTo {
  event_id: EventId;
}
/** Checks {@link InReplyTo}. */
export const InReplyTo: Model<InReplyTo> = /* @__PURE__ */ model(() => obj<InReplyTo>({ event_id: EventId }));

/**
 * How an event relates to another, as `m.relates_to`. One open form for all relations: `rel_type` and `event_id` are
 * absent in a reply that is nothing else. {@link getRelation} tells the relations apart.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events}
 */
export interface RelatesTo {
  rel_type?: OpenEnum<"m.annotation" | "m.reference" | "m.replace" | "m.thread"> | undefined;
  /** The parent; in a thread its root. */
  event_id?: EventId | undefined;
  /** What an `m.annotation` says. */
  key?: string | undefined;
  /** In a thread: `m.in_reply_to` is only there for clients that do not know threads. Default: `false`. */
  is_falling_back?: boolean | undefined;
  "m.in_reply_to"?: InReplyTo | undefined;
}
/** Checks {@link RelatesTo}. */
export const RelatesTo: Model<RelatesTo> = /* @__PURE__ */ model(() =>
  obj<RelatesTo>({
    rel_type: z.optional(openEnum(["m.annotation", "m.reference", "m.replace", "m.thread"])),
    event_id: z.optional(EventId),
    key: z.optional(z.string()),
    is_falling_back: z.optional(z.boolean()),
    "m.in_reply_to": z.optional(InReplyTo.schema),
  }),
);
