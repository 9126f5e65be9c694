import { matrixError } from "@patrix/api";
import {
  getProtocolMetadata,
  queryLocationByAlias,
  queryLocationByProtocol,
  queryRoomByAlias,
  queryThirdPartyUserById,
  queryUserById,
  queryUserByProtocol,
} from "@patrix/appservice-api";
import type { ThirdPartyFieldsQuery, ThirdPartyLocation, ThirdPartyProtocol, ThirdPartyUser } from "@patrix/client-api";
import type { RoomAlias, UserId } from "@patrix/identifiers";
import { type HandledEndpoint, handle } from "@patrix/server";

/** What a service answers to lookups of one protocol of another network. */
export interface ThirdPartyNetwork {
  /** What clients show of the protocol, and by which fields it is searched. */
  readonly protocol: ThirdPartyProtocol;
  /** Finds rooms by the fields that somebody has filled in. */
  readonly locations?: ((fields: ThirdPartyFieldsQuery) => Promise<ThirdPartyLocation[]> | ThirdPartyLocation[]) | undefined;
  /** Finds users by the fields that somebody has filled in. */
  readonly users?: ((fields: ThirdPartyFieldsQuery) => Promise<ThirdPartyUser[]> | ThirdPartyUser[]) | undefined;
}

/** How a service answers what homeservers ask. */
export interface QueryAnswers {
  /** Makes a user of the namespaces who is looked up and is not there. @returns Whether there is such a user now. Default: nobody is. */
  readonly user?: ((userId: UserId) => Promise<boolean> | boolean) | undefined;
  /** Makes the room of an alias of the namespaces. @returns Whether there is one now. Default: there is none. */
  readonly alias?: ((alias: RoomAlias) => Promise<boolean> | boolean) | undefined;
  /** The networks that are bridged, by the names of the protocols. */
  readonly networks?: Readonly<Record<string, ThirdPartyNetwork>> | undefined;
  /** Where an alias leads in other networks. */
  readonly locationsOf?: ((alias: RoomAlias) => Promise<ThirdPartyLocation[]> | ThirdPartyLocation[]) | undefined;
  /** Who a user is in other networks. */
  readonly usersOf?: ((userId: UserId) => Promise<ThirdPartyUser[]> | ThirdPartyUser[]) | undefined;
}

/** Makes the handlers of the queries. */
export function answerQueries({ user, alias, networks = {}, locationsOf, usersOf }: QueryAnswers): HandledEndpoint<"homeserver">[] {
  const networkOf = (protocol: string): ThirdPartyNetwork => {
    const network = Object.hasOwn(networks, protocol) ? networks[protocol] : undefined;
    if (!network) throw matrixError("M_NOT_FOUND", "path variable protocol: this protocol is not bridged");
    return network;
  };
  return [
    handle(queryUserById, async ({ path }) => {
      if ((await user?.(path.userId)) === true) return {};
      throw matrixError("M_NOT_FOUND", "there is no such user");
    }),
    handle(queryRoomByAlias, async ({ path }) => {
      if ((await alias?.(path.roomAlias)) === true) return {};
      throw matrixError("M_NOT_FOUND", "there is no such room");
    }),
    handle(getProtocolMetadata, ({ path }) => networkOf(path.protocol).protocol),
    handle(queryLocationByProtocol, async ({ path, query = {} }) => (await networkOf(path.protocol).locations?.(fieldsOf(query))) ?? []),
    handle(queryUserByProtocol, async ({ path, query = {} }) => (await networkOf(path.protocol).users?.(fieldsOf(query))) ?? []),
    handle(queryLocationByAlias, async ({ query }) => (query?.alias === undefined ? [] : ((await locationsOf?.(query.alias)) ?? []))),
    handle(queryThirdPartyUserById, async ({ query }) => (query?.userid === undefined ? [] : ((await usersOf?.(query.userid)) ?? []))),
  ];
}

/** The fields alone: homeservers that are older than v1.4 put their token beside them. */
function fieldsOf({ access_token: _token, ...fields }: ThirdPartyFieldsQuery): ThirdPartyFieldsQuery {
  return fields;
}
