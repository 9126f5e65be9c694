import { matrixError } from "@patrix/api";
import {
  getProtocolMetadata,
  getProtocols,
  queryLocationByAlias,
  queryLocationByProtocol,
  queryUserByID,
  queryUserByProtocol,
  type ThirdPartyFieldsQuery,
} from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { ThirdPartyNetworks } from "../../appservice/third-party-networks.ts";
import type { Registration } from "../registration.ts";

/** Parameters that are for this server alone. */
const ownParameters: ReadonlySet<string> = new Set(["access_token", "user_id", "device_id", "org.matrix.msc3202.device_id"]);

/** The handlers of third-party networks, which application services bridge to. */
export function thirdPartyHandlers(networks: ThirdPartyNetworks): Registration[] {
  const requireKnown = (protocol: string): void => {
    if (!networks.has(protocol)) throw unknownProtocol();
  };
  return [
    handle(getProtocols, () => networks.protocols()),
    handle(getProtocolMetadata, async ({ path }) => {
      const known = await networks.protocol(path.protocol);
      if (!known) throw unknownProtocol();
      return known;
    }),
    handle(queryLocationByProtocol, ({ path, query = {} }) => {
      requireKnown(path.protocol);
      return networks.locations(path.protocol, fieldsOf(query));
    }),
    handle(queryUserByProtocol, ({ path, query = {} }) => {
      requireKnown(path.protocol);
      return networks.users(path.protocol, fieldsOf(query));
    }),
    handle(queryLocationByAlias, ({ query }) => networks.locationsOfAlias(query.alias)),
    handle(queryUserByID, ({ query }) => networks.usersOfId(query.userid)),
  ];
}

function unknownProtocol(): Error {
  return matrixError("M_NOT_FOUND", "path variable protocol: the server does not know this protocol");
}

/** What is asked for, without what says who asks: that is nobody else's business. */
function fieldsOf(query: ThirdPartyFieldsQuery): ThirdPartyFieldsQuery {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !ownParameters.has(name)));
}
