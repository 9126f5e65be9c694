// Written by `pnpm run surface`.
/** The ID of an operation of the application service API, for lists that name operations. */
export type OperationId =
  | "getProtocolMetadata"
  | "ping"
  | "queryLocationByAlias"
  | "queryLocationByProtocol"
  | "queryRoomByAlias"
  | "queryUserByID"
  | "queryUserById"
  | "queryUserByProtocol"
  | "sendTransaction";
