import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";

/**
 * The relation of an annotation: to which event, and what.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mannotation-relationship-type}
 */
export interface AnnotationRelation {
  rel_type?: OpenEnum<"m.annotation"> | undefined;
  event_id?: EventId | undefined;
  /** Usually an emoji; any string may come. */
  key?: string | undefined;
}
/** Checks {@link AnnotationRelation}. */
export const AnnotationRelation: Model<AnnotationRelation> = /* @__PURE__ */ model(() =>
  obj<AnnotationRelation>({ rel_type: z.optional(openEnum(["m.annotation"])), event_id: z.optional(EventId), key: z.optional(z.string()) }),
);

/**
 * Content of `m.reaction`: a reaction to an event.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mreaction}
 */
export interface ReactionContent {
  "m.relates_to"?: AnnotationRelation | undefined;
}
/** Checks the content of `m.reaction`. */
export const ReactionContent: Model<ReactionContent> = /* @__PURE__ */ model(() =>
  obj<ReactionContent>({ "m.relates_to": z.optional(AnnotationRelation.schema) }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.reaction": ReactionContent;
  }
}

/** Defines `m.reaction`. */
export const reaction: EventDefinition<"message", "m.reaction", ReactionContent> = /* @__PURE__ */ messageEvent(
  "m.reaction",
  ReactionContent,
);
