/**
 * The part `receipt` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { PostReceiptBody, PostReceiptPath, type PostReceiptRequest, postReceipt } from "../index.ts";
