import { sha256 } from "@noble/hashes/sha2.js";
import { platformModule } from "./platform-module.ts";

/** A SHA-256 of what comes piece by piece. */
export interface Sha256Stream {
  update(bytes: Uint8Array): void;
  /** Of all that came; once. */
  digest(): Uint8Array;
}

/** The part of `node:crypto` that is used here. */
interface HashModule {
  createHash(name: string): { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
}

/** Begins a SHA-256: the platform's own, where it takes pieces; browsers take whole files only. */
export function createSha256(): Sha256Stream {
  // Node's own module, whose types are not those of a browser.
  const node = platformModule("node:crypto") as HashModule | undefined;
  if (node) {
    const hash = node.createHash("sha256");
    return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  }
  return portableSha256();
}

/** As {@link createSha256}, in JavaScript: for browsers. */
export function portableSha256(): Sha256Stream {
  const hash = sha256.create();
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}
