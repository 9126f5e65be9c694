import type { EncryptedFile } from "@patrix/events";
import { decodeUnpaddedBase64, encodeUnpaddedBase64 } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";
import { createSha256, type Sha256Stream } from "./sha256-stream.ts";

const algorithm = "AES-CTR";
/** Half of the counter counts blocks, as the specification wants it. */
const counterBits = 64;
const blockBytes = 16;
/** Bytes that are encrypted at a time; a whole number of blocks. */
const pieceBytes = 256 * 1024;

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
  const { subtle } = globalThis.crypto;
  const key = await subtle.generateKey({ name: algorithm, length: 256 }, true, ["encrypt", "decrypt"]);
  const { k = "" } = await subtle.exportKey("jwk", key);
  const counter = new Uint8Array(blockBytes);
  globalThis.crypto.getRandomValues(counter.subarray(0, 8));
  const hash = await createSha256();
  let digest: Uint8Array | undefined;
  const stream = inPieces({
    piece: async (bytes, block) => {
      const encrypted = new Uint8Array(
        await subtle.encrypt({ name: algorithm, counter: counterAt(counter, block), length: counterBits }, key, bytes),
      );
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
        key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k, ext: true },
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
  const { subtle } = globalThis.crypto;
  const { secret, counter } = await readKey(key.k, iv);
  const hash: Sha256Stream = await createSha256();
  return inPieces({
    piece: async (bytes, block) => {
      hash.update(bytes);
      return new Uint8Array(
        await subtle.decrypt({ name: algorithm, counter: counterAt(counter, block), length: counterBits }, secret, bytes),
      );
    },
    end: () => {
      if (encodeUnpaddedBase64(hash.digest()) !== hashes.sha256.replace(/=+$/, ""))
        throw new ClientError("BAD_FILE", "the file is not the one that was sent");
    },
  });
}

async function readKey(k: string, iv: string): Promise<{ readonly secret: CryptoKey; readonly counter: Uint8Array<ArrayBuffer> }> {
  try {
    const jwk = { kty: "oct", alg: "A256CTR", k, ext: true };
    const secret = await globalThis.crypto.subtle.importKey("jwk", jwk, algorithm, false, ["decrypt"]);
    // The oldest clients have padded it.
    const counter = new Uint8Array(decodeUnpaddedBase64(iv.replace(/=+$/, "")));
    if (counter.length !== blockBytes) throw new RangeError(`iv: ${blockBytes} bytes are wanted, not ${counter.length}`);
    return { secret, counter };
  } catch (error) {
    throw new ClientError("BAD_FILE", "the file cannot be decrypted", error);
  }
}

/** The counter of a block: its second half counts, and begins anew after its last value. */
function counterAt(start: Uint8Array, block: bigint): Uint8Array<ArrayBuffer> {
  const counter = new Uint8Array(start);
  const view = new DataView(counter.buffer);
  view.setBigUint64(8, BigInt.asUintN(counterBits, view.getBigUint64(8) + block));
  return counter;
}

interface PieceWork {
  /** Makes a piece of another one, which begins with a block. */
  readonly piece: (bytes: Uint8Array<ArrayBuffer>, block: bigint) => Promise<Uint8Array<ArrayBuffer>>;
  readonly end: () => void;
}

/** Works on what passes in pieces of whole blocks, but for the last one. */
function inPieces({ piece, end }: PieceWork): TransformStream<Uint8Array, Uint8Array<ArrayBuffer>> {
  let buffer = new Uint8Array(pieceBytes);
  let filled = 0;
  let block = 0n;
  return new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    async transform(chunk, controller) {
      for (let at = 0; at < chunk.length;) {
        const taken = chunk.subarray(at, at + pieceBytes - filled);
        buffer.set(taken, filled);
        filled += taken.length;
        at += taken.length;
        if (filled < pieceBytes) continue;
        controller.enqueue(await piece(buffer, block));
        block += BigInt(pieceBytes / blockBytes);
        buffer = new Uint8Array(pieceBytes);
        filled = 0;
      }
    },
    async flush(controller) {
      if (filled > 0) controller.enqueue(await piece(buffer.slice(0, filled), block));
      end();
    },
  });
}
