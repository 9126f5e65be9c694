/**
 * The part `oauth` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { OAuthClientMetadata, OAuthClientRegistration, OAuthErrorBody, type OAuthErrorCode, OAuthTokens } from "../index.ts";
