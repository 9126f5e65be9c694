import { isJsonObject, type JsonObject } from "@patrix/api";
import { makeJoin, makeKnock, makeLeave, sendInviteV1, sendInviteV2, sendJoinV2, sendKnock, sendLeaveV2 } from "@patrix/federation-api";
import { handle, rawJson } from "@patrix/server";
import type { RoomAnswers } from "../../federation/history/room-answers.ts";
import { type InviteReceiptParts, takeInvite } from "../../federation/membership/invite-receipt.ts";
import { stateWithoutMembers } from "../../federation/membership/join-state.ts";
import { type MembershipReceiptParts, type SentMembership, takeMembership } from "../../federation/membership/membership-receipt.ts";
import { shownState } from "../../federation/membership/shown-state.ts";
import { membershipTemplate, type WantedMembership } from "../../federation/membership/membership-templates.ts";
import type { SignedEvents } from "../../federation/signed-events.ts";
import { sendJoinV1, sendLeaveV1 } from "./older-endpoints.ts";
import { pduList } from "./pdu-list.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** What the handlers of memberships work with. */
export interface MembershipServices extends MembershipReceiptParts, InviteReceiptParts {
  readonly answers: RoomAnswers;
  readonly signed: SignedEvents;
  /** Passes an event of another server on to the others of its room. */
  readonly forward: (eventId: string) => void;
}

/** The handlers with which users of other servers join, knock, leave, and invite users of this one. */
export function membershipHandlers(services: MembershipServices): ServerRegistration[] {
  return [...joinHandlers(services), ...knockAndLeaveHandlers(services), ...inviteHandlers(services)];
}

const drafted = async (services: MembershipServices, wanted: WantedMembership): Promise<ReturnType<typeof rawJson>> => {
  const { roomVersion, event } = await membershipTemplate(services, wanted);
  return rawJson(JSON.stringify({ room_version: roomVersion, event }));
};

/** Takes a membership in; the other servers of the room get it from here. */
async function taken(services: MembershipServices, sent: SentMembership): ReturnType<typeof takeMembership> {
  services.forward(sent.eventId);
  return takeMembership(services, sent);
}

function joinHandlers(services: MembershipServices): ServerRegistration[] {
  const { rooms, answers, signed, roomServers } = services;
  const joined = async (sent: SentMembership, omitsMembers = false): Promise<string> => {
    const known = omitsMembers ? rooms.find(sent.roomId) : undefined;
    const servers = known ? await roomServers.joined(known) : [];
    const { room, event } = await taken(services, sent);
    const before = await rooms.stateGroups.load(event.fields.stateNid);
    const { state, authChain } = omitsMembers
      ? await stateWithoutMembers(rooms, room, { join: event, state: before })
      : await answers.stateOf(before);
    const parts = [
      `"origin":${JSON.stringify(rooms.core.serverName)}`,
      `"members_omitted":${omitsMembers}`,
      ...(omitsMembers ? [`"servers_in_room":${JSON.stringify(servers)}`] : []),
      `"event":${JSON.stringify(signed.pdu(event))}`,
      `"state":${await pduList(signed, state)}`,
      `"auth_chain":${await pduList(signed, authChain)}`,
    ];
    return `{${parts.join(",")}}`;
  };
  return [
    handle(makeJoin, ({ path, query = {} }, { user }) =>
      drafted(services, { ...path, origin: user.origin, membership: "join", versions: query.ver ?? ["1"] }),
    ),
    handle(sendJoinV2, async ({ path, query, body }, { user }) =>
      rawJson(await joined({ ...path, origin: user.origin, membership: "join", pdu: body }, query?.omit_members)),
    ),
    handle(sendJoinV1, async ({ path, body }, { user }) =>
      rawJson(`[200,${await joined({ ...path, origin: user.origin, membership: "join", pdu: body })}]`),
    ),
  ];
}

function knockAndLeaveHandlers(services: MembershipServices): ServerRegistration[] {
  return [
    handle(makeKnock, ({ path, query }, { user }) =>
      drafted(services, { ...path, origin: user.origin, membership: "knock", versions: query.ver }),
    ),
    handle(sendKnock, async ({ path, body }, { user }) => {
      const { room } = await taken(services, { ...path, origin: user.origin, membership: "knock", pdu: body });
      return rawJson(JSON.stringify({ knock_room_state: await shownState(services, room) }));
    }),
    handle(makeLeave, ({ path }, { user }) => drafted(services, { ...path, origin: user.origin, membership: "leave" })),
    handle(sendLeaveV1, async ({ path, body }, { user }) => {
      await taken(services, { ...path, origin: user.origin, membership: "leave", pdu: body });
      return rawJson("[200,{}]");
    }),
    handle(sendLeaveV2, async ({ path, body }, { user }) => {
      await taken(services, { ...path, origin: user.origin, membership: "leave", pdu: body });
      return {};
    }),
  ];
}

function inviteHandlers(services: MembershipServices): ServerRegistration[] {
  return [
    handle(sendInviteV2, async ({ path, body }, { user }) => {
      const { room_version: roomVersion, event: pdu, invite_room_state: roomState = [] } = body;
      const event = await takeInvite(services, { ...path, origin: user.origin, roomVersion, pdu, roomState });
      return rawJson(JSON.stringify({ event }));
    }),
    handle(sendInviteV1, async ({ path, body }, { user }) => {
      const event = await takeInvite(services, {
        ...path,
        origin: user.origin,
        roomVersion: "1",
        pdu: body,
        roomState: unsignedRoomState(body),
      });
      return rawJson(JSON.stringify([200, { event }]));
    }),
  ];
}

/** Where the first version of the endpoint has what the room shows of itself. */
function unsignedRoomState({ unsigned }: JsonObject): JsonObject[] {
  const state = isJsonObject(unsigned) ? unsigned["invite_room_state"] : undefined;
  return Array.isArray(state) ? (state as unknown[]).filter(isJsonObject) : [];
}
