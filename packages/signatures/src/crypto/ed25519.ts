/** Bytes that own their buffer, as cryptographic APIs return them. */
export type Bytes = Uint8Array;

/** Makes signatures with one private key. */
export interface Ed25519Signer {
  /** The public key, 32 bytes. */
  readonly publicKey: Bytes;
  /** The signature of a message, 64 bytes. */
  sign(message: Bytes): Bytes;
}

/** Checks signatures against one public key. */
export interface Ed25519Verifier {
  /** Whether `signature` is one of `message` by this key; `false` for a signature that is not 64 bytes. */
  verify(message: Bytes, signature: Bytes): boolean;
  /** The same off the calling thread where the platform can, so that several checks use several cores. */
  verifyAsync(message: Bytes, signature: Bytes): Promise<boolean>;
}

/**
 * The signature algorithm `ed25519` as a port: the package's own implementations, or the caller's.
 *
 * Keys are prepared once, because that costs up to a third of a verification.
 */
export interface Ed25519 {
  /** Name of the implementation. */
  readonly name: string;
  /** Prepares a private key from its seed of 32 bytes. */
  prepareSigner(seed: Bytes): Ed25519Signer;
  /** Prepares a public key of 32 bytes; one that is no point of the curve verifies nothing. */
  prepareVerifier(publicKey: Bytes): Ed25519Verifier;
}

/** Length of a seed and of a public key, in bytes. */
export const ED25519_KEY_SIZE_BYTES = 32;

/** Length of a signature, in bytes. */
export const ED25519_SIGNATURE_SIZE_BYTES = 64;

/** Signs one message with a seed of 32 bytes. Prepare a signer instead to sign more than one. */
export function signEd25519(ed25519: Ed25519, seed: Bytes, message: Bytes): Bytes {
  return ed25519.prepareSigner(seed).sign(message);
}

/** Verifies one signature. Prepare a verifier instead to check more than one of the same key. */
export function verifyEd25519(ed25519: Ed25519, publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  return ed25519.prepareVerifier(publicKey).verify(message, signature);
}
