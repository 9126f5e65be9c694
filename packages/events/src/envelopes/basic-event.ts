import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/**
 * The fields that every event has: the form of account data and of ephemeral events in `/sync`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#types-of-room-events}
 */
export interface BasicEvent {
  type: string;
  /** Not checked by the envelope; see the content model of the type. */
  content: JsonObject;
}
/** Checks a {@link BasicEvent}; the content is not looked at. */
export const BasicEvent: Model<BasicEvent> = /* @__PURE__ */ model(() => obj<BasicEvent>({ type: z.string(), content: jsonObject() }));
