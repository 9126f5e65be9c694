import type { Ed25519 } from "./ed25519.ts";
import { nodeEd25519 } from "./ed25519-node.ts";
import { tweetnaclEd25519 } from "./ed25519-tweetnacl.ts";
import { findNodeCrypto } from "./node-crypto.ts";

let chosen: Ed25519 | undefined;

/** The fastest `ed25519` of this platform: `node:crypto` where present, else tweetnacl. */
export function defaultEd25519(): Ed25519 {
  if (chosen) return chosen;
  const crypto = findNodeCrypto();
  chosen = crypto ? nodeEd25519(crypto) : tweetnaclEd25519;
  return chosen;
}
