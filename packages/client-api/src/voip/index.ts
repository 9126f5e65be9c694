/**
 * The part `voip` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { GetTurnServerResponse, getTurnServer } from "../index.ts";
