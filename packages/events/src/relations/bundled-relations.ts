import { isJsonObject, type Model, model, obj } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { ClientEventWithoutRoomId } from "../envelopes/client-event.ts";

/**
 * What a server sums up about a thread.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-side-aggregation-of-mthread-relationships}
 */
export interface ThreadSummary {
  latest_event: ClientEventWithoutRoomId;
  /** How many events are in the thread, without its root. */
  count: number;
  current_user_participated: boolean;
}
/** Checks {@link ThreadSummary}. */
export const ThreadSummary: Model<ThreadSummary> = /* @__PURE__ */ model(() =>
  obj<ThreadSummary>({
    latest_event: ClientEventWithoutRoomId.schema,
    count: z.int(),
    current_user_participated: z.boolean(),
  }),
);

/** One of the events that refer to another. */
export interface Reference {
  event_id: EventId;
}
/**
 * The events that refer to an event by `m.reference`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-side-aggregation-of-mreference}
 */
export interface ReferenceChunk {
  chunk: Reference[];
}
/** Checks {@link ReferenceChunk}. */
export const ReferenceChunk: Model<ReferenceChunk> = /* @__PURE__ */ model(() =>
  obj<ReferenceChunk>({ chunk: z.array(obj<Reference>({ event_id: EventId })) }),
);

/**
 * The aggregations that a server bundles with an event, as `m.relations` of its `unsigned`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events}
 */
export interface BundledRelations {
  /** The most recent edit. */
  "m.replace"?: ClientEventWithoutRoomId | undefined;
  "m.thread"?: ThreadSummary | undefined;
  "m.reference"?: ReferenceChunk | undefined;
}

/** Reads the aggregations of an event from its `unsigned`; one that is malformed is left out. */
export function getBundledRelations(unsigned: object | undefined): BundledRelations {
  const relations = isJsonObject(unsigned) ? unsigned["m.relations"] : undefined;
  const read = <T>(kind: Model<T>, type: string): T | undefined => {
    const result = kind.safeParse(isJsonObject(relations) ? relations[type] : undefined);
    return result.ok ? result.value : undefined;
  };
  return {
    "m.replace": read(ClientEventWithoutRoomId, "m.replace"),
    "m.thread": read(ThreadSummary, "m.thread"),
    "m.reference": read(ReferenceChunk, "m.reference"),
  };
}
