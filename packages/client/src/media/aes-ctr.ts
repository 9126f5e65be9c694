import { platformModule } from "./platform-module.ts";

/** Bytes of a counter, and of a block. */
export const counterBytes: number = 16;
/** Half of the counter counts blocks, as the specification wants it. */
const counterBits = 64;

/** Encrypts or decrypts what follows what it was given before: whole blocks, but for the last piece. */
export type AesCtr = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;

/** The part of `node:crypto` that is used here. */
interface CipherModule {
  createCipheriv(name: string, key: Uint8Array, counter: Uint8Array): { update(bytes: Uint8Array): Uint8Array<ArrayBuffer> };
}

/** Begins AES-256-CTR with a counter: by the platform's own, where it takes pieces. */
export async function createAesCtr(key: Uint8Array<ArrayBuffer>, counter: Uint8Array<ArrayBuffer>): Promise<AesCtr> {
  // Node's own module, whose types are not those of a browser.
  const node = platformModule("node:crypto") as CipherModule | undefined;
  // It counts in the whole counter, which is the same as long as the half that counts does not begin anew.
  if (!node || new DataView(counter.buffer, counter.byteOffset).getUint8(8) >= 0x80) return portableAesCtr(key, counter);
  const cipher = node.createCipheriv("aes-256-ctr", key, counter);
  return async (bytes) => cipher.update(bytes);
}

/** As {@link createAesCtr}, by WebCrypto, which takes each piece by itself. */
export async function portableAesCtr(key: Uint8Array<ArrayBuffer>, start: Uint8Array<ArrayBuffer>): Promise<AesCtr> {
  const { subtle } = globalThis.crypto;
  const secret = await subtle.importKey("raw", key, "AES-CTR", false, ["encrypt"]);
  const counter = new Uint8Array(start);
  const view = new DataView(counter.buffer);
  return async (bytes) => {
    // Encrypting and decrypting are the same.
    const made = new Uint8Array(await subtle.encrypt({ name: "AES-CTR", counter, length: counterBits }, secret, bytes));
    view.setBigUint64(8, BigInt.asUintN(counterBits, view.getBigUint64(8) + BigInt(Math.ceil(bytes.length / counterBytes))));
    return made;
  };
}
