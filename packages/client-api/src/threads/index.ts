/**
 * The part `threads` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { GetThreadRootsQuery, type GetThreadRootsRequest, GetThreadRootsResponse, getThreadRoots } from "../index.ts";
