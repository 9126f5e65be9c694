import { ClientEncryption, type ClientEncryptionParts } from "./client-encryption.ts";
import type { Cipher } from "./cipher.ts";
import { type Encryption, EncryptionHandle, type EncryptionSurroundings } from "./encryption.ts";

/** Encryption as the parts of a client use it, and as its users do. */
export interface EncryptionParts {
  readonly cipher: Cipher;
  readonly encryption: Encryption;
}

/** Composes the encryption of a client. It is loaded apart: clients without it are smaller. */
export function createEncryption(parts: ClientEncryptionParts, surroundings: EncryptionSurroundings): EncryptionParts {
  const cipher = new ClientEncryption(parts);
  return { cipher, encryption: new EncryptionHandle(cipher, surroundings) };
}
