import { lenient, type Model, model, obj, tolerated, whenMissing } from "@patrix/api";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * A text in one format.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomtopic_textualrepresentation}
 */
export interface TextRepresentation {
  /** Default: `text/plain`. */
  mimetype?: string | undefined;
  body: string;
}
/** Checks {@link TextRepresentation}. */
export const TextRepresentation: Model<TextRepresentation> = /* @__PURE__ */ model(() =>
  obj<TextRepresentation>({ mimetype: z.optional(z.string()), body: z.string() }),
);

/** The topic in several formats, best first. */
export interface TopicContentBlock {
  "m.text"?: TextRepresentation[] | undefined;
}
/** Checks {@link TopicContentBlock}. */
export const TopicContentBlock: Model<TopicContentBlock> = /* @__PURE__ */ model(() =>
  obj<TopicContentBlock>({ "m.text": z.optional(z.array(TextRepresentation.schema)) }),
);

/**
 * Content of `m.room.topic`: what the room is about.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomtopic}
 */
export interface RoomTopicContent {
  /** Plain text; empty where there is no topic. */
  topic: string;
  "m.topic"?: TopicContentBlock | undefined;
}
/** Checks the content of `m.room.topic`. */
export const RoomTopicContent: Model<RoomTopicContent> = /* @__PURE__ */ model(() =>
  obj<RoomTopicContent>({
    topic: tolerated(z.string(), "optional", whenMissing({ replacement: "" })),
    "m.topic": lenient(z.optional(TopicContentBlock.schema), "lax-room-topic-deser", () => "remove"),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.topic": RoomTopicContent;
  }
  interface StateKeyMap {
    "m.room.topic": "";
  }
}

/** Defines `m.room.topic`. */
export const roomTopic: EventDefinition<"state", "m.room.topic", RoomTopicContent> = /* @__PURE__ */ stateEvent(
  "m.room.topic",
  RoomTopicContent,
  emptyStateKey,
);
