import { toPkcs8, toSpki } from "./der.ts";
import { type Bytes, type Ed25519, ED25519_KEY_SIZE_BYTES, type Ed25519Verifier } from "./ed25519.ts";
import type { NodeCrypto } from "./node-crypto.ts";

/** `ed25519` by `node:crypto`; asynchronous verification runs on Node's thread pool. */
export function nodeEd25519(crypto: NodeCrypto): Ed25519 {
  return {
    name: "node:crypto",
    prepareSigner(seed) {
      const key = crypto.createPrivateKey({ key: toPkcs8(seed), format: "der", type: "pkcs8" });
      const spki = crypto.createPublicKey(key).export({ format: "der", type: "spki" });
      const publicKey = Uint8Array.from(spki.subarray(spki.length - ED25519_KEY_SIZE_BYTES));
      return { publicKey, sign: (message) => crypto.sign(null, message, key) };
    },
    prepareVerifier: (publicKey) => prepareVerifier(crypto, publicKey),
  };
}

function prepareVerifier(crypto: NodeCrypto, publicKey: Bytes): Ed25519Verifier {
  const key = crypto.createPublicKey({ key: toSpki(publicKey), format: "der", type: "spki" });
  return {
    verify: (message, signature) => crypto.verify(null, message, key, signature),
    verifyAsync: (message, signature) =>
      new Promise((resolve, reject) => {
        crypto.verify(null, message, key, signature, (error, result) => {
          if (error === null) resolve(result);
          else reject(error);
        });
      }),
  };
}
