import { matrixError } from "@patrix/api";
import {
  getProtocolMetadata,
  getProtocols,
  queryLocationByAlias,
  queryLocationByProtocol,
  queryUserByID,
  queryUserByProtocol,
} from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { Registration } from "../registration.ts";

/** The handlers of third-party networks: this server is linked with none. */
export function thirdPartyHandlers(): Registration[] {
  const unknown = (): never => {
    throw matrixError("M_NOT_FOUND", "protocol: the server does not know this protocol");
  };
  return [
    handle(getProtocols, () => ({})),
    handle(getProtocolMetadata, unknown),
    handle(queryLocationByProtocol, unknown),
    handle(queryUserByProtocol, unknown),
    handle(queryLocationByAlias, () => []),
    handle(queryUserByID, () => []),
  ];
}
