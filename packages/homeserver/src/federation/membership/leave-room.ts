import type { JsonObject } from "@patrix/api";
import type { FederationClient } from "@patrix/federation";
import { makeKnock, makeLeave, sendKnock, sendLeaveV2 } from "@patrix/federation-api";
import type { EventId, RoomId, UserId } from "@patrix/identifiers";
import { fromFederation } from "@patrix/signatures";
import { limits } from "../../limits.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { OwnKeys } from "../keys/own-keys.ts";
import type { FirstAsked } from "./ask-servers.ts";
import { completeTemplate } from "./complete-template.ts";
import { strippedEvent, strippedEvents } from "./invite-receipt.ts";
import { knownVersions } from "./join-room.ts";

/** What ends or begins memberships in rooms that this server is not in. */
export interface OutsideParts extends Pick<RoomParts, "rooms" | "noteOutside"> {
  readonly client: FederationClient;
  readonly keys: OwnKeys;
}

/** Whose membership in which room. */
export interface OutsideUser {
  readonly roomId: string;
  readonly userId: string;
  readonly content: JsonObject;
  readonly first: FirstAsked;
}

/** Knocks on a room by a server that is in it. */
export async function knockBy(
  { client, keys, rooms, noteOutside }: OutsideParts,
  server: string,
  { roomId, userId, content, first }: OutsideUser,
): Promise<void> {
  const path = { roomId: roomId as RoomId, userId: userId as UserId };
  const template = await client.request(server, makeKnock, { path, query: { ver: [...knownVersions] } }, first);
  const wanted = { roomId, userId, membership: "knock", content } as const;
  const { version, rules, built } = completeTemplate(template, wanted, { keys, clock: rooms.core.clock });
  const sent = { path: { roomId: roomId as RoomId, eventId: built.eventId as EventId }, body: built.pdu };
  const { knock_room_state: shown } = await client.request(server, sendKnock, sent, { maxResponseSizeBytes: limits.strippedBytes.value });
  const event = fromFederation(built.pdu, rules);
  const own = strippedEvent(event.pdu);
  const ownWithTime = own ? [{ ...own, event_id: event.eventId, origin_server_ts: event.pdu["origin_server_ts"] }] : [];
  const strippedState = [...strippedEvents(shown.slice(0, limits.strippedEvents.value)), ...ownWithTime];
  await noteOutside({ roomId, version, event, strippedState });
}

/** Rejects an invite, or takes back a knock, by a server that is in the room. */
export async function leaveBy(
  { client, keys, rooms, noteOutside }: OutsideParts,
  server: string,
  { roomId, userId, content, first }: OutsideUser,
): Promise<void> {
  const path = { roomId: roomId as RoomId, userId: userId as UserId };
  const template = await client.request(server, makeLeave, { path }, first);
  const wanted = { roomId, userId, membership: "leave", content } as const;
  const { version, rules, built } = completeTemplate(template, wanted, { keys, clock: rooms.core.clock });
  await client.request(server, sendLeaveV2, { path: { roomId: roomId as RoomId, eventId: built.eventId as EventId }, body: built.pdu });
  await noteOutside({ roomId, version, event: fromFederation(built.pdu, rules) });
}
