/**
 * The application service API as one table of endpoints, for routers and tools.
 *
 * @packageDocumentation
 */
import type { AnyEndpoint } from "@patrix/api";
import { sendTransaction } from "./event/push-events.ts";
import { ping } from "./ping/send-ping.ts";
import { queryRoomByAlias } from "./query/query-room-alias.ts";
import { queryUserById } from "./query/query-user-id.ts";
import { queryLocationByProtocol } from "./thirdparty/get-location-for-protocol.ts";
import { queryLocationByAlias } from "./thirdparty/get-location-for-room-alias.ts";
import { getProtocolMetadata } from "./thirdparty/get-protocol.ts";
import { queryUserByProtocol } from "./thirdparty/get-user-for-protocol.ts";
import { queryThirdPartyUserById } from "./thirdparty/get-user-for-user-id.ts";

/** Every endpoint of the API, for routers and tools; importing it keeps all of them in a bundle. */
export const endpoints: readonly AnyEndpoint[] = [
  sendTransaction,
  ping,
  queryRoomByAlias,
  queryUserById,
  queryLocationByProtocol,
  queryLocationByAlias,
  getProtocolMetadata,
  queryUserByProtocol,
  queryThirdPartyUserById,
];
