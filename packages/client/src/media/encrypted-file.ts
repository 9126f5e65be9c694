import type { EncryptedFile } from "@patrix/events";
import { decodeUnpaddedBase64, encodeUnpaddedBase64 } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";

const algorithm = "AES-CTR";
/** Half of the initial block counts, as the specification wants it. */
const counterBits = 64;

/**
 * Encrypts a file for an encrypted room; the description goes into the event, with the address of what was encrypted.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#sending-encrypted-attachments}
 */
export async function encryptFile(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly description: Omit<EncryptedFile, "url"> }> {
  const { subtle } = globalThis.crypto;
  const key = await subtle.generateKey({ name: algorithm, length: 256 }, true, ["encrypt", "decrypt"]);
  const counter = new Uint8Array(16);
  globalThis.crypto.getRandomValues(counter.subarray(0, 8));
  const encrypted = new Uint8Array(await subtle.encrypt({ name: algorithm, counter, length: counterBits }, key, bytes));
  const { k = "" } = await subtle.exportKey("jwk", key);
  const hash = new Uint8Array(await subtle.digest("SHA-256", encrypted));
  return {
    bytes: encrypted,
    description: {
      v: "v2",
      key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k, ext: true },
      iv: encodeUnpaddedBase64(counter),
      hashes: { sha256: encodeUnpaddedBase64(hash) },
    },
  };
}

/** Decrypts a file of an encrypted room. @throws {ClientError} `BAD_FILE` if it is not what was sent. */
export async function decryptFile(bytes: Uint8Array<ArrayBuffer>, { key, iv, hashes, v }: EncryptedFile): Promise<Uint8Array<ArrayBuffer>> {
  const { subtle } = globalThis.crypto;
  if (v !== "v2") throw new ClientError("BAD_FILE", "the file is encrypted in a way that is not known");
  const hash = new Uint8Array(await subtle.digest("SHA-256", bytes));
  if (encodeUnpaddedBase64(hash) !== hashes.sha256.replace(/=+$/, ""))
    throw new ClientError("BAD_FILE", "the file is not the one that was sent");
  try {
    const secret = await subtle.importKey("jwk", { kty: "oct", alg: "A256CTR", k: key.k, ext: true }, algorithm, false, ["decrypt"]);
    const counter = new Uint8Array(decodeUnpaddedBase64(iv));
    return new Uint8Array(await subtle.decrypt({ name: algorithm, counter, length: counterBits }, secret, bytes));
  } catch (error) {
    throw new ClientError("BAD_FILE", "the file cannot be decrypted", error);
  }
}
