/**
 * The application service API as one table of endpoints, for routers and tools.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
import type { AnyEndpoint } from "@patrix/api";
import { sendTransaction } from "./event/send-transaction.ts";
import { ping } from "./ping/ping.ts";
import { queryRoomByAlias } from "./query/query-room-by-alias.ts";
import { queryUserById } from "./query/query-user-by-id.ts";
import { getProtocolMetadata } from "./thirdparty/get-protocol-metadata.ts";
import { queryLocationByAlias } from "./thirdparty/query-location-by-alias.ts";
import { queryLocationByProtocol } from "./thirdparty/query-location-by-protocol.ts";
import { queryThirdPartyUserById } from "./thirdparty/query-third-party-user-by-id.ts";
import { queryUserByProtocol } from "./thirdparty/query-user-by-protocol.ts";

/** Every endpoint of the API, for routers and tools; importing it keeps all of them in a bundle. */
export const endpoints: readonly AnyEndpoint[] = [
  sendTransaction,
  ping,
  queryRoomByAlias,
  queryUserById,
  getProtocolMetadata,
  queryLocationByAlias,
  queryLocationByProtocol,
  queryThirdPartyUserById,
  queryUserByProtocol,
];
