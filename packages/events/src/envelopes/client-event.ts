import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import { EventId, RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { UnsignedData } from "./unsigned-data.ts";

/**
 * A room event as `/sync` gives it: the room is known from the place in the response.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync_response-200_clienteventwithoutroomid}
 */
export interface ClientEventWithoutRoomId {
  event_id: EventId;
  type: string;
  sender: UserId;
  /** Milliseconds since the Unix epoch, by the clock of the sender's server. */
  origin_server_ts: number;
  /** Not checked by the envelope; see the content model of the type. */
  content: JsonObject;
  /** Present, though maybe empty, on state events and on nothing else. */
  state_key?: string | undefined;
  unsigned?: UnsignedData | undefined;
  /** The target of an `m.room.redaction`; from room version 11 on it is in the content. */
  redacts?: EventId | undefined;
}
/** Checks a {@link ClientEventWithoutRoomId}; the content is not looked at. */
export const ClientEventWithoutRoomId: Model<ClientEventWithoutRoomId> = /* @__PURE__ */ model(() =>
  obj<ClientEventWithoutRoomId>({
    event_id: EventId,
    type: z.string(),
    sender: UserId,
    origin_server_ts: z.int(),
    content: jsonObject(),
    state_key: z.optional(z.string()),
    unsigned: z.optional(UnsignedData.schema),
    redacts: z.optional(EventId),
  }),
);

/**
 * A room event as clients get it, message-like or state.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-event-format}
 */
export interface ClientEvent extends ClientEventWithoutRoomId {
  room_id: RoomId;
}
/** Checks a {@link ClientEvent}; the content is not looked at. */
export const ClientEvent: Model<ClientEvent> = /* @__PURE__ */ model(() =>
  obj<ClientEvent>({
    event_id: EventId,
    type: z.string(),
    sender: UserId,
    origin_server_ts: z.int(),
    content: jsonObject(),
    state_key: z.optional(z.string()),
    unsigned: z.optional(UnsignedData.schema),
    redacts: z.optional(EventId),
    room_id: RoomId,
  }),
);
