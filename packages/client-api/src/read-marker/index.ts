/**
 * The part `read-marker` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { SetReadMarkerBody, type SetReadMarkerRequest, setReadMarker } from "../index.ts";
