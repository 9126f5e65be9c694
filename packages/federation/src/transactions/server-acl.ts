import { isJsonObject, type JsonObject } from "@patrix/api";
import type { Edu } from "@patrix/events";
import type { OperationId } from "@patrix/federation-api";

/** Whether the server that sent something may take part in a room, by the room's ACL. */
export type IsAllowedInRoom = (roomId: string) => boolean;

/**
 * IDs of the endpoints that must answer 403 `M_FORBIDDEN` to a server which the room's ACL denies. Transactions are checked by their
 * parts instead: each PDU by its room, and the EDUs by {@link applyServerAclToEdu}.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#server-access-control-lists-acls}
 */
export const aclProtectedEndpointIds: ReadonlySet<string> = /* @__PURE__ */ new Set<OperationId>([
  "makeJoin",
  "makeLeave",
  "makeKnock",
  "sendJoinV2",
  "sendLeaveV2",
  "sendKnock",
  "sendInviteV1",
  "sendInviteV2",
  "getRoomState",
  "getRoomStateIds",
  "backfillRoom",
  "getEventAuth",
  "getMissingPreviousEvents",
]);

/**
 * Takes away from a received EDU what belongs to rooms that deny its sender: typing notifications whole, receipts by room. `undefined`
 * where nothing is left. EDUs that belong to no room stay.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#server-access-control-lists-acls}
 */
export function applyServerAclToEdu(edu: Edu, isAllowed: IsAllowedInRoom): Edu | undefined {
  if (edu.edu_type === "m.typing") {
    const { room_id: roomId } = edu.content;
    return typeof roomId === "string" && isAllowed(roomId) ? edu : undefined;
  }
  if (edu.edu_type !== "m.receipt" || !isJsonObject(edu.content)) return edu;
  const rooms = Object.entries(edu.content);
  const allowed = rooms.filter(([roomId]) => isAllowed(roomId));
  if (allowed.length === rooms.length) return edu;
  const content: JsonObject = Object.fromEntries(allowed);
  return allowed.length === 0 ? undefined : { ...edu, content };
}
