import type { EncryptedFile } from "@patrix/events";
import { decodeUnpaddedBase64, decodeUrlSafeUnpaddedBase64, encodeUnpaddedBase64, encodeUrlSafeUnpaddedBase64 } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";
import { type AesCtr, counterBytes, createAesCtr } from "./aes-ctr.ts";
import { createSha256 } from "./sha256-stream.ts";

/** Bytes that are encrypted at a time; a whole number of blocks. */
const pieceBytes = 256 * 1024;
const keyBytes = 32;

/** A file that is being encrypted: what it becomes, and what describes it when all was read. */
export interface FileEncryption {
  readonly stream: TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>;
  /** For the event, with the address of what was encrypted. Only when the stream was read to its end. */
  describe(): Omit<EncryptedFile, "url">;
}

/**
 * Encrypts a file for an encrypted room as it passes, in bounded memory, with a key of its own.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#sending-encrypted-attachments}
 */
export async function encryptFile(): Promise<FileEncryption> {
  const key = globalThis.crypto.getRandomValues(new Uint8Array(keyBytes));
  const counter = new Uint8Array(counterBytes);
  globalThis.crypto.getRandomValues(counter.subarray(0, 8));
  const cipher = await createAesCtr(key, counter);
  const hash = createSha256();
  let digest: Uint8Array | undefined;
  const stream = inPieces({
    piece: async (bytes) => {
      const encrypted = await cipher(bytes);
      hash.update(encrypted);
      return encrypted;
    },
    end: () => (digest = hash.digest()),
  });
  return {
    stream,
    describe() {
      if (!digest) throw new ClientError("BAD_FILE", "the file was not read to its end");
      return {
        v: "v2",
        key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k: encodeUrlSafeUnpaddedBase64(key), ext: true },
        iv: encodeUnpaddedBase64(counter),
        hashes: { sha256: encodeUnpaddedBase64(digest) },
      };
    },
  };
}

/**
 * Decrypts a file of an encrypted room as it passes, in bounded memory. Whether it is what was sent shows at its end only: nothing is to be
 * trusted before.
 *
 * @throws {ClientError} `BAD_FILE` where the description is none; to whoever reads, if the file is not what was sent.
 */
export async function decryptFile({ key, iv, hashes, v }: EncryptedFile): Promise<TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>> {
  if (v !== "v2") throw new ClientError("BAD_FILE", "the file is encrypted in a way that is not known");
  const cipher = await readKey(key.k, iv);
  const hash = createSha256();
  return inPieces({
    piece: async (bytes) => {
      hash.update(bytes);
      return cipher(bytes);
    },
    end: () => {
      if (encodeUnpaddedBase64(hash.digest()) !== hashes.sha256.replace(/=+$/, ""))
        throw new ClientError("BAD_FILE", "the file is not the one that was sent");
    },
  });
}

async function readKey(k: string, iv: string): Promise<AesCtr> {
  try {
    const key = decodeUrlSafeUnpaddedBase64(k);
    if (key.length !== keyBytes) throw new RangeError(`key: ${keyBytes} bytes are wanted, not ${key.length}`);
    // The oldest clients have padded it.
    const counter = decodeUnpaddedBase64(iv.replace(/=+$/, ""));
    if (counter.length !== counterBytes) throw new RangeError(`iv: ${counterBytes} bytes are wanted, not ${counter.length}`);
    return await createAesCtr(new Uint8Array(key), new Uint8Array(counter));
  } catch (error) {
    throw new ClientError("BAD_FILE", "the file cannot be decrypted", error);
  }
}

interface PieceWork {
  readonly piece: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;
  readonly end: () => void;
}

/** Works on what passes in pieces of whole blocks, but for the last one. */
function inPieces({ piece, end }: PieceWork): TransformStream<Uint8Array, Uint8Array<ArrayBuffer>> {
  let buffer = new Uint8Array(pieceBytes);
  let filled = 0;
  return new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    async transform(chunk, controller) {
      for (let at = 0; at < chunk.length;) {
        const taken = chunk.subarray(at, at + pieceBytes - filled);
        buffer.set(taken, filled);
        filled += taken.length;
        at += taken.length;
        if (filled < pieceBytes) continue;
        controller.enqueue(await piece(buffer));
        buffer = new Uint8Array(pieceBytes);
        filled = 0;
      }
    },
    async flush(controller) {
      if (filled > 0) controller.enqueue(await piece(buffer.slice(0, filled)));
      end();
    },
  });
}
