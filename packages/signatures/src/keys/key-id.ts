import { SignaturesError } from "../errors.ts";

/** A signing key identifier: algorithm, colon, version. */
export type Ed25519KeyId = `ed25519:${string}`;

const pattern = /^ed25519:\w+$/;

/**
 * Whether a text is a signing key identifier of the only algorithm that exists; the version has letters, digits and `_`.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#signing-details}
 */
export function isEd25519KeyId(text: string): text is Ed25519KeyId {
  return text.length <= 255 && pattern.test(text);
}

/** @throws {@link SignaturesError} `INVALID_KEY_ID` unless {@link isEd25519KeyId}. */
export function parseEd25519KeyId(text: string): Ed25519KeyId {
  if (isEd25519KeyId(text)) return text;
  throw new SignaturesError("INVALID_KEY_ID", "a signing key identifier is `ed25519:` and letters, digits or underscores");
}
