/**
 * Signing and verifying JSON and events, hashes, event IDs and redaction per room version.
 *
 * @packageDocumentation
 */
export {};
