import { encodeUnpaddedBase64 } from "@patrix/identifiers";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { findNodeCrypto, type NodeCrypto } from "./node-crypto.ts";

/** Hashes the UTF-8 encoding of a text with SHA-256, to unpadded base64 (43 characters). */
export type Sha256 = (text: string) => string;

/** SHA-256 by `node:crypto`, or `undefined` where it lacks the one-shot hash (before Node 20.12). */
export function nodeSha256(crypto: NodeCrypto): Sha256 | undefined {
  const { hash } = crypto;
  // A digest of 32 bytes ends in exactly one padding character.
  return hash && ((text) => hash("sha256", text, "base64").slice(0, 43));
}

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/** SHA-256 in plain JavaScript. */
export const portableSha256: Sha256 = (text) => encodeUnpaddedBase64(nobleSha256(encoder.encode(text)));

let chosen: Sha256 | undefined;

/** The fastest SHA-256 of this platform, as unpadded base64 of the digest. */
export function sha256Base64(text: string): string {
  chosen ??= chooseSha256();
  return chosen(text);
}

function chooseSha256(): Sha256 {
  const crypto = findNodeCrypto();
  return (crypto && nodeSha256(crypto)) ?? portableSha256;
}
