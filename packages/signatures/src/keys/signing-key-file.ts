import { encodeUnpaddedBase64 } from "@patrix/identifiers";
import type { Ed25519 } from "../crypto/ed25519.ts";
import { SignaturesError } from "../errors.ts";
import { type SigningKey, signingKeyFromSeed } from "./signing-key.ts";

/**
 * Reads the signing keys of a server from a file with one key a line: `ed25519 VERSION SEED`, the format that homeservers share.
 * Blank lines are skipped; the first key is the one to sign with.
 *
 * @throws {@link SignaturesError} `INVALID_KEY_FILE` naming the line, never its content.
 */
export function parseSigningKeyFile(text: string, ed25519?: Ed25519): SigningKey[] {
  const keys: SigningKey[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [algorithm, version, seed, ...rest] = line.trim().split(/\s+/);
    if (algorithm === "") continue;
    if (algorithm !== "ed25519" || version === undefined || seed === undefined || rest.length > 0) {
      throw new SignaturesError("INVALID_KEY_FILE", `line ${index + 1} is not of the form: ed25519 VERSION SEED`);
    }
    try {
      keys.push(signingKeyFromSeed(seed, `ed25519:${version}`, ed25519));
    } catch (cause) {
      throw new SignaturesError("INVALID_KEY_FILE", `line ${index + 1} holds no valid key`, { cause });
    }
  }
  if (keys.length === 0) throw new SignaturesError("INVALID_KEY_FILE", "the file holds no key");
  return keys;
}

/** Writes signing keys in the format of {@link parseSigningKeyFile}. The result is secret. */
export function formatSigningKeyFile(keys: readonly SigningKey[]): string {
  return keys.map((key) => `${key.keyId.replace(":", " ")} ${encodeUnpaddedBase64(key.exportSeed())}\n`).join("");
}
