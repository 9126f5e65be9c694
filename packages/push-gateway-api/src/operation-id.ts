// Written by `pnpm run surface`.
/** The ID of an operation of the push gateway API, for lists that name operations. */
export type OperationId = "notify";
