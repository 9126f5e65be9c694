/**
 * The part `redact` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { RedactEventPath, type RedactEventRequest, RedactEventResponse, redactEvent } from "../index.ts";
