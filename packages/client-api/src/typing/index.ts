/**
 * The part `typing` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { SetTypingBody, type SetTypingRequest, setTyping } from "../index.ts";
