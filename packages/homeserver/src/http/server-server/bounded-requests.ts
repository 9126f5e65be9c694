import type { OperationId } from "@patrix/federation-api";
import type { RequestContext, ServeOptions } from "@patrix/server";
import { limits } from "../../limits.ts";
import { addressBlock } from "../access/address-block.ts";
import { boundedBy } from "../access/bounded-by.ts";
import type { RateLimiter } from "../access/rate-limits.ts";
import { sendJoinV1 } from "./older-endpoints.ts";
import type { RequestingServer, ServerRegistration } from "./requesting-server.ts";

/** The operations that read or compute much, or ask other servers. */
const expensive: ReadonlySet<string> = new Set<string>([
  ...([
    "backfillRoom",
    "bulkPerspectivesKeyQuery",
    "claimUserEncryptionKeys",
    "getEventAuth",
    "getEventByTimestamp",
    "getMissingPreviousEvents",
    "getPublicRooms",
    "getRoomState",
    "getRoomStateIds",
    "getSpaceHierarchy",
    "getUserDevices",
    "onBindThirdPartyIdentifier",
    "perspectivesKeyQuery",
    "queryPublicRooms",
    "queryUserEncryptionKeys",
    "sendJoinV2",
  ] satisfies OperationId[]),
  sendJoinV1.id,
]);
const transactions: ReadonlySet<string> = new Set<OperationId>(["sendTransaction"]);

/** The server that asks, or the address where nobody has signed. */
const callerOf = ({ requester, clientAddress }: Pick<RequestContext<RequestingServer>, "requester" | "clientAddress">): string =>
  requester?.origin ?? addressBlock(clientAddress);

/**
 * Lets each server do only so much at once. Transactions have places of their own: to take one in, this server may have to ask the other
 * one, which may ask for something first.
 */
export function boundedByServer(registrations: readonly ServerRegistration[]): ServerRegistration[] {
  const reads = boundedBy(registrations, {
    operations: expensive,
    callerOf,
    atOnce: limits.expensiveServerReads.value,
    waiting: limits.waitingServerReads.value,
  });
  return boundedBy(reads, {
    operations: transactions,
    callerOf,
    atOnce: limits.serverTransactions.value,
    waiting: limits.waitingTransactions.value,
  });
}

/** Limits how often a server asks for what is expensive; nothing where rates are not limited. */
export function admitServers(limiter: RateLimiter | undefined): ServeOptions<RequestingServer>["admit"] {
  return (
    limiter &&
    ((request, requester) => {
      if (expensive.has(request.endpoint.id)) limiter.take("server_read", callerOf({ requester, clientAddress: request.clientAddress }));
    })
  );
}
