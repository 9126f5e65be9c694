import type { MessageLikeEventMap, RoomMemberContent, StateEventMap } from "@patrix/events";
import type { RoomMembership } from "../base/room-data.ts";

/** Content of `m.room.member`; events with another membership are not delivered. */
export interface MemberEventContent extends Omit<RoomMemberContent, "membership"> {
  membership: RoomMembership;
}

/** Contents of message-like events by type; add to `MessageLikeEventMap` of `@patrix/events`. */
export interface MessageLikeEvents extends MessageLikeEventMap {}

/** Contents of state events by type; add to `StateEventMap` of `@patrix/events`. */
export interface StateEvents extends Omit<StateEventMap, "m.room.member"> {
  "m.room.member": MemberEventContent;
}

/** Contents of room events by type. */
export interface EventContents extends Omit<MessageLikeEvents, keyof StateEvents>, StateEvents {}

/** The types of room events that are declared. */
export type EventType = keyof EventContents;
