import { type JsonObject, jsonObject, type Model, model, obj, openEnum, type OpenEnum } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type RelatingContent, relatingContentShape } from "../relations/relating-content.ts";

/** A text of a poll. */
export interface PollText {
  "org.matrix.msc1767.text": string;
}
/** Checks {@link PollText}. */
export const PollText: Model<PollText> = /* @__PURE__ */ model(() => obj<PollText>({ "org.matrix.msc1767.text": z.string() }));

/** A possible answer. */
export interface PollAnswer extends PollText {
  id: string;
}
/** Checks {@link PollAnswer}. */
export const PollAnswer: Model<PollAnswer> = /* @__PURE__ */ model(() =>
  obj<PollAnswer>({ "org.matrix.msc1767.text": z.string(), id: z.string() }),
);

/** What a poll asks ([MSC3381](https://github.com/matrix-org/matrix-spec-proposals/pull/3381)). */
export interface PollStart {
  question: PollText;
  /** Whether votes are shown before the end. Default: not. */
  kind?: OpenEnum<"org.matrix.msc3381.poll.disclosed" | "org.matrix.msc3381.poll.undisclosed"> | undefined;
  /** How many answers one may choose, at least 1. Default: `1`. */
  max_selections?: number | undefined;
  /** Readers drop all but the first 20. */
  answers: PollAnswer[];
}
/** Checks {@link PollStart}. */
export const PollStart: Model<PollStart> = /* @__PURE__ */ model(() =>
  obj<PollStart>({
    question: PollText.schema,
    kind: z.optional(openEnum(["org.matrix.msc3381.poll.disclosed", "org.matrix.msc3381.poll.undisclosed"])),
    max_selections: z.optional(z.int()),
    answers: z.array(PollAnswer.schema),
  }),
);

/** Content of `org.matrix.msc3381.poll.start`: a poll. */
export interface PollStartContent extends RelatingContent {
  "org.matrix.msc3381.poll.start": PollStart;
  /** The poll in words, for clients that do not know polls. */
  "org.matrix.msc1767.text"?: string | undefined;
}
/** Checks the content of `org.matrix.msc3381.poll.start`. */
export const PollStartContent: Model<PollStartContent> = /* @__PURE__ */ model(() =>
  obj<PollStartContent>({
    ...relatingContentShape(),
    "org.matrix.msc3381.poll.start": PollStart.schema,
    "org.matrix.msc1767.text": z.optional(z.string()),
  }),
);

/** A vote. */
export interface PollResponse {
  /** IDs of the chosen answers, most wanted first. */
  answers: string[];
}
/** Checks {@link PollResponse}. */
export const PollResponse: Model<PollResponse> = /* @__PURE__ */ model(() => obj<PollResponse>({ answers: z.array(z.string()) }));

/** Content of `org.matrix.msc3381.poll.response`: a vote. It refers to its poll by `m.reference`. */
export interface PollResponseContent extends RelatingContent {
  "org.matrix.msc3381.poll.response": PollResponse;
}
/** Checks the content of `org.matrix.msc3381.poll.response`. */
export const PollResponseContent: Model<PollResponseContent> = /* @__PURE__ */ model(() =>
  obj<PollResponseContent>({ ...relatingContentShape(), "org.matrix.msc3381.poll.response": PollResponse.schema }),
);

/** Content of `org.matrix.msc3381.poll.end`: the end of a poll. It refers to the poll by `m.reference`. */
export interface PollEndContent extends RelatingContent {
  "org.matrix.msc3381.poll.end": JsonObject;
  /** The result in words. */
  "org.matrix.msc1767.text"?: string | undefined;
}
/** Checks the content of `org.matrix.msc3381.poll.end`. */
export const PollEndContent: Model<PollEndContent> = /* @__PURE__ */ model(() =>
  obj<PollEndContent>({
    ...relatingContentShape(),
    "org.matrix.msc3381.poll.end": jsonObject(),
    "org.matrix.msc1767.text": z.optional(z.string()),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "org.matrix.msc3381.poll.start": PollStartContent;
    "org.matrix.msc3381.poll.response": PollResponseContent;
    "org.matrix.msc3381.poll.end": PollEndContent;
  }
}

/** Defines `org.matrix.msc3381.poll.start`. */
export const pollStart: EventDefinition<"message", "org.matrix.msc3381.poll.start", PollStartContent> = /* @__PURE__ */ messageEvent(
  "org.matrix.msc3381.poll.start",
  PollStartContent,
);

/** Defines `org.matrix.msc3381.poll.response`. */
export const pollResponse: EventDefinition<"message", "org.matrix.msc3381.poll.response", PollResponseContent> =
  /* @__PURE__ */ messageEvent("org.matrix.msc3381.poll.response", PollResponseContent);

/** Defines `org.matrix.msc3381.poll.end`. */
export const pollEnd: EventDefinition<"message", "org.matrix.msc3381.poll.end", PollEndContent> = /* @__PURE__ */ messageEvent(
  "org.matrix.msc3381.poll.end",
  PollEndContent,
);
