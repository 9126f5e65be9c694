/**
 * The identity service API as typed endpoints.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export * from "./association/bind-3pid.ts";
export * from "./association/email/request-email-token.ts";
export * from "./association/email/submit-email-token-by-end-user.ts";
export * from "./association/email/submit-email-token.ts";
export * from "./association/get-validated-3pid.ts";
export * from "./association/msisdn/request-msisdn-token.ts";
export * from "./association/msisdn/submit-msisdn-token-by-end-user.ts";
export * from "./association/msisdn/submit-msisdn-token.ts";
export * from "./association/session-id-response.ts";
export * from "./association/submit-token-body.ts";
export * from "./association/submit-token-query.ts";
export * from "./association/submit-token-response.ts";
export * from "./association/unbind-3pid.ts";
export * from "./authentication/get-account.ts";
export * from "./authentication/logout.ts";
export * from "./authentication/register-account.ts";
export * from "./discovery/get-versions.ts";
export * from "./discovery/ping.ts";
export * from "./invitation/sign-invitation-ed25519.ts";
export * from "./invitation/store-invite.ts";
export * from "./keys/get-public-key.ts";
export * from "./keys/is-ephemeral-public-key-valid.ts";
export * from "./keys/is-public-key-valid.ts";
export * from "./keys/key-validity-response.ts";
export * from "./keys/public-key-query.ts";
export * from "./lookup/get-hash-details.ts";
export * from "./lookup/lookup-users.ts";
export * from "./operation-id.ts";
export * from "./tos/agree-to-terms.ts";
export * from "./tos/get-terms.ts";
