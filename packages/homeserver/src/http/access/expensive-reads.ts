import type { OperationId } from "@patrix/client-api";
import { limits } from "../../limits.ts";
import type { Registration } from "../registration.ts";
import { addressBlock } from "./address-block.ts";
import { boundedBy } from "./bounded-by.ts";

/** The operations that read or compute much. Waiting syncs are bounded by themselves. */
const operations: ReadonlySet<string> = new Set<OperationId>([
  "claimKeys",
  "createRoom",
  "getEventByTimestamp",
  "getEventContext",
  "getJoinedMembersByRoom",
  "getKeysChanges",
  "getMembersByRoom",
  "getNotifications",
  "getPublicRooms",
  "getRelatingEvents",
  "getRelatingEventsWithRelType",
  "getRelatingEventsWithRelTypeAndEventType",
  "getRoomEvents",
  "getRoomKeys",
  "getRoomKeysByRoomId",
  "getRoomState",
  "getThreadRoots",
  "getRoomSummary",
  "getSpaceHierarchy",
  "getUrlPreview",
  "getUrlPreviewAuthed",
  "initialSync",
  "putRoomKeys",
  "putRoomKeysByRoomId",
  "queryKeys",
  "queryPublicRooms",
  "roomInitialSync",
  "search",
  "searchUserDirectory",
  "sendToDevice",
  "upgradeRoom",
  "uploadCrossSigningSignatures",
]);

/** Lets each caller do only so many expensive things at once; others wait, and beyond that are refused with `M_LIMIT_EXCEEDED`. */
export function bounded(registrations: readonly Registration[]): Registration[] {
  return boundedBy(registrations, {
    operations,
    callerOf: ({ requester, clientAddress }) => requester?.userId ?? addressBlock(clientAddress),
    atOnce: limits.expensiveReads.value,
    waiting: limits.waitingReads.value,
  });
}
