import { type JsonObject, jsonObject, type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { StrippedStateEvent } from "./stripped-state-event.ts";

/**
 * Data that a server adds to an event for the one who asks; neither hashed nor signed.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#definition-clientevent_unsigneddata}
 */
export interface UnsignedData {
  /** Milliseconds since the event was sent, by the clocks of the servers; may be negative. */
  age?: number | undefined;
  /** The membership of the asking user at the time of the event. */
  membership?: OpenEnum<"invite" | "join" | "knock" | "leave" | "ban"> | undefined;
  /** Content of the state event that this one replaced, where the asking user may see it. */
  prev_content?: JsonObject | undefined;
  /** The state event that this one replaced. */
  replaces_state?: EventId | undefined;
  /** The redaction; where it is present the content is what redaction left. */
  redacted_because?: JsonObject | undefined;
  /** The transaction ID of the request that sent the event, given only to the device that sent it. */
  transaction_id?: string | undefined;
  /** In an `m.room.member` of an invite: what the invited may know of the room. */
  invite_room_state?: StrippedStateEvent[] | undefined;
  /** In an `m.room.member` of a knock: what the knocking may know of the room. */
  knock_room_state?: StrippedStateEvent[] | undefined;
  /** Aggregations of the events that relate to this one, by relation type; see {@link BundledRelations}. */
  "m.relations"?: JsonObject | undefined;
}
/** Checks an {@link UnsignedData}. */
export const UnsignedData: Model<UnsignedData> = /* @__PURE__ */ model(() =>
  obj<UnsignedData>({
    age: z.optional(z.int()),
    membership: z.optional(openEnum(["invite", "join", "knock", "leave", "ban"])),
    prev_content: z.optional(jsonObject()),
    replaces_state: z.optional(EventId),
    redacted_because: z.optional(jsonObject()),
    transaction_id: z.optional(z.string()),
    invite_room_state: z.optional(z.array(StrippedStateEvent.schema)),
    knock_room_state: z.optional(z.array(StrippedStateEvent.schema)),
    "m.relations": z.optional(jsonObject()),
  }),
);
