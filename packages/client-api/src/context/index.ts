/**
 * The part `context` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { GetEventContextQuery, type GetEventContextRequest, GetEventContextResponse, getEventContext } from "../index.ts";
