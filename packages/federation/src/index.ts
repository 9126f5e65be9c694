/**
 * Server discovery, key ring, X-Matrix and the federation client, over ports.
 *
 * @packageDocumentation
 */
export { type AddressPolicy, type AddressPolicyOptions, createAddressPolicy, isIpAddress } from "./addresses/address-policy.ts";
export { MAX_AUTHORIZATION_HEADERS, readAuthorization, type RequestAuthorization } from "./authentication/read-authorization.ts";
export { signRequest } from "./authentication/sign-request.ts";
export { type SignedRequest, signedRequestBytes } from "./authentication/signed-request.ts";
export {
  type ReceivedRequest,
  type RequestKeys,
  type VerifiedRequest,
  verifyRequest,
  type VerifyRequestOptions,
} from "./authentication/verify-request.ts";
export { type AnsweredError, answeredError } from "./client/answered-error.ts";
export { type BackoffState, type BackoffStore, MemoryBackoffStore } from "./client/backoff-store.ts";
export { backoffMs } from "./client/backoff.ts";
export { clientKeySource } from "./client/client-key-source.ts";
export {
  FederationClient,
  type FederationClientOptions,
  type FederationRequestOptions,
  type FederationStreamOptions,
  type StreamedAnswer,
} from "./client/federation-client.ts";
export type { DiscoveryPorts } from "./discovery/discovery-ports.ts";
export { MAX_REDIRECTS, MAX_WELL_KNOWN_SIZE_BYTES, WELL_KNOWN_TIMEOUT_MS } from "./discovery/fetch-well-known.ts";
export { ADDRESS_LIFETIME_MS, DEFAULT_FEDERATION_PORT, type ResolveOptions, resolveServerName } from "./discovery/resolve-server-name.ts";
export type { DiscoveryStep, DiscoveryTrace, ResolvedServer, ServerTarget } from "./discovery/resolved-server.ts";
export { type Delegation, WellKnownCache } from "./discovery/well-known-cache.ts";
export { FederationError, type FederationErrorCode, type FederationErrorOptions, isFederationError } from "./errors.ts";
export { type CheckedServerKeys, checkServerKeys, MAX_KEYS_OF_SERVER, type Notary } from "./keys/check-server-keys.ts";
export { KeyRing, type KeyRingOptions } from "./keys/key-ring.ts";
export type { KeySource } from "./keys/key-source.ts";
export { type KeyStore, MemoryKeyStore, type StoredKey, type StoredServerKeys } from "./keys/key-store.ts";
export type { NotaryServer } from "./keys/notary-queries.ts";
export { buildServerKeys, type OwnServerKeys, type RetiredKey, signAsNotary } from "./keys/own-server-keys.ts";
export type { WantedKey } from "./keys/wanted-key.ts";
export type { Dns, SrvRecord } from "./ports/dns.ts";
export type { HttpsConnector, HttpsRequest, HttpsResponse } from "./ports/https.ts";
export type { Random } from "./ports/random.ts";
export {
  getPolicyServer,
  hasPolicySignature,
  needsPolicySignature,
  POLICY_SERVER_KEY_ID,
  type PolicyRequest,
  type PolicyServer,
  requestPolicySignature,
} from "./policy/policy-server.ts";
export {
  authoriseByAuthEvents,
  authoriseOnReceipt,
  checkOnReceipt,
  type ReceiptPorts,
  type RoomPorts,
} from "./receipt/check-on-receipt.ts";
export type { AcceptedPdu, DroppedPdu, ReceiptOutcome, ReceiptStep, RejectedPdu, SoftFailedPdu } from "./receipt/receipt-outcome.ts";
export { downloadMedia, type MediaRequest } from "./requests/download-media.ts";
export { type MediaElsewhere, openMedia, type OpenedMedia } from "./requests/open-media.ts";
export { sendInvite } from "./requests/send-invite.ts";
export {
  type BuiltTransaction,
  buildTransaction,
  MAX_TRANSACTION_EDUS,
  MAX_TRANSACTION_PDUS,
  type TransactionDraft,
} from "./transactions/build-transaction.ts";
export { aclProtectedEndpointIds, applyServerAclToEdu, type IsAllowedInRoom } from "./transactions/server-acl.ts";
