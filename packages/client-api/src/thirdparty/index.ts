/**
 * The part `thirdparty` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type GetProtocolMetadataRequest,
  GetProtocolsResponse,
  ProtocolPath,
  QueryLocationByAliasQuery,
  type QueryLocationByAliasRequest,
  type QueryLocationByProtocolRequest,
  QueryUserByIDQuery,
  type QueryUserByIDRequest,
  type QueryUserByProtocolRequest,
  ThirdPartyFieldType,
  ThirdPartyFieldsQuery,
  ThirdPartyLocation,
  ThirdPartyLocations,
  ThirdPartyProtocol,
  ThirdPartyProtocolInstance,
  ThirdPartyUser,
  ThirdPartyUsers,
  getProtocolMetadata,
  getProtocols,
  queryLocationByAlias,
  queryLocationByProtocol,
  queryUserByID,
  queryUserByProtocol,
} from "../index.ts";
