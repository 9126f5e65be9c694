/**
 * Signing and verifying JSON and events, hashes, event IDs and redaction per room version.
 *
 * @packageDocumentation
 */
export { defaultEd25519 } from "./crypto/default-ed25519.ts";
export {
  type Bytes,
  type Ed25519,
  ED25519_KEY_SIZE_BYTES,
  ED25519_SIGNATURE_SIZE_BYTES,
  type Ed25519Signer,
  type Ed25519Verifier,
  signEd25519,
  verifyEd25519,
} from "./crypto/ed25519.ts";
export { nodeEd25519 } from "./crypto/ed25519-node.ts";
export { tweetnaclEd25519 } from "./crypto/ed25519-tweetnacl.ts";
export { findNodeCrypto, type NodeCrypto, type NodeKeyObject } from "./crypto/node-crypto.ts";
export { nodeSha256, portableSha256, type Sha256, sha256Base64 } from "./crypto/sha256.ts";
export { SignaturesError, type SignaturesErrorCode } from "./errors.ts";
export { type HashedAndSigned, hashAndSignEvent, signEvent } from "./event/hash-and-sign-event.ts";
export { contentHash, eventId, referenceHash } from "./event/hashes.ts";
export { redact } from "./event/redact.ts";
export { requiredServers, serverOf } from "./event/required-servers.ts";
export { type RequiredKey, requiredKeys, verifyEvent, verifyEventAsync, type VerifyEventResult, verifyMany } from "./event/verify-event.ts";
export type { SignatureFailure, SignatureFailureCode } from "./json/check-signatures.ts";
export type { JsonObject } from "./json/json-object.ts";
export { type Signatures, type Signed, signedBytes, signJson } from "./json/sign-json.ts";
export { type EntityKeys, verifyJson, verifyJsonAsync, type VerifyJsonResult } from "./json/verify-json.ts";
export { type Ed25519KeyId, isEd25519KeyId, parseEd25519KeyId } from "./keys/key-id.ts";
export {
  generateSigningKey,
  type RandomBytes,
  type SigningKey,
  signingKeyFromPkcs8,
  signingKeyFromSeed,
  signingKeyToPkcs8,
} from "./keys/signing-key.ts";
export { formatSigningKeyFile, parseSigningKeyFile } from "./keys/signing-key-file.ts";
export {
  capValidUntilTs,
  createVerifyKey,
  isKeyValidAt,
  keyLookup,
  type KeyLookup,
  type KeyValidity,
  type VerifyKey,
} from "./keys/verify-key.ts";
export { type BuiltPdu, buildPdu, type PduDraft, type PduPosition, type PduSigner } from "./pdu/build-pdu.ts";
export { checkPduFormat, MAX_AUTH_EVENTS, MAX_PREV_EVENTS } from "./pdu/check-pdu-format.ts";
export { type ClientEvent, toClientEvent } from "./pdu/client-format.ts";
export { fromFederation, isCreate, type NamedPdu, roomIdOf, toFederation } from "./pdu/federation-format.ts";
export type { PduIssue, PduRule } from "./pdu/pdu-issue.ts";
export { applyRedaction, canRedact, type RedactionAttempt } from "./pdu/redaction.ts";
export { type EventReference, referencedEventIds, referenceProblem, toEventReference } from "./pdu/references.ts";
