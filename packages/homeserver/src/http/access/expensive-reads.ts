import type { OperationId } from "@patrix/client-api";
import { Semaphore } from "@patrix/concurrency";
import { OverloadedError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { nextTurn } from "../../turns.ts";
import type { Registration } from "../registration.ts";
import { addressBlock } from "./address-block.ts";

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
  const places = new Map<string, Semaphore>();
  return registrations.map((registration) => {
    if (!operations.has(registration.endpoint.id)) return registration;
    const { handler } = registration;
    return {
      ...registration,
      handler: async (request, context) => {
        const caller = context.requester?.userId ?? addressBlock(context.clientAddress);
        const place = places.get(caller) ?? new Semaphore(limits.expensiveReads.value, { maxWaiting: limits.waitingReads.value });
        if (place.isFull) throw new OverloadedError("too many expensive requests at once", 1_000);
        places.set(caller, place);
        try {
          return await place.run(async () => {
            await nextTurn();
            return handler(request, context);
          });
        } finally {
          if (place.isIdle) places.delete(caller);
        }
      },
    };
  });
}
