/**
 * The identity service API as typed endpoints.
 *
 * @packageDocumentation
 */
export * from "./association/bind-3pid.ts";
export * from "./association/check-3pid-validity.ts";
export * from "./association/email/request-token.ts";
export * from "./association/email/submit-token-by-end-user.ts";
export * from "./association/email/submit-token.ts";
export * from "./association/msisdn/request-token.ts";
export * from "./association/msisdn/submit-token-by-end-user.ts";
export * from "./association/msisdn/submit-token.ts";
export * from "./association/session-id-response.ts";
export * from "./association/submit-token-body.ts";
export * from "./association/submit-token-query.ts";
export * from "./association/submit-token-response.ts";
export * from "./association/unbind-3pid.ts";
export * from "./authentication/get-account-information.ts";
export * from "./authentication/logout.ts";
export * from "./authentication/register.ts";
export * from "./discovery/get-server-status.ts";
export * from "./discovery/get-supported-versions.ts";
export * from "./invitation/sign-ed25519.ts";
export * from "./invitation/store-invite.ts";
export * from "./keys/check-ephemeral-key-validity.ts";
export * from "./keys/check-public-key-validity.ts";
export * from "./keys/get-public-key.ts";
export * from "./keys/key-validity-response.ts";
export * from "./keys/public-key-query.ts";
export * from "./lookup/get-hash-details.ts";
export * from "./lookup/lookup-users.ts";
export * from "./tos/agree-to-terms.ts";
export * from "./tos/get-terms.ts";
