/**
 * The part `reporting` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { ReportBody, type ReportUserRequest, reportUser } from "../index.ts";
