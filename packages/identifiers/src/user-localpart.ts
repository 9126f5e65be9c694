/** Options of {@link toUserLocalpart}. */
export interface UserLocalpartOptions {
  /** Writes `A` as `_a` and `_` as `__`, so that names which differ in case stay apart. Default `false`. */
  readonly distinguishCase?: boolean | undefined;
}

const allowed = /[a-z0-9._\-/+]/;

/**
 * Maps any text to a localpart for new user IDs: lower case, other bytes of UTF-8 (and `=`) as `=xx`. Lone surrogates become U+FFFD.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#mapping-from-other-character-sets}
 */
export function toUserLocalpart(text: string, options?: UserLocalpartOptions): string {
  let localpart = "";
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (byte >= 0x41 && byte <= 0x5a) localpart += (options?.distinguishCase === true ? "_" : "") + character.toLowerCase();
    else if (character === "_" && options?.distinguishCase === true) localpart += "__";
    else if (allowed.test(character)) localpart += character;
    else localpart += `=${byte.toString(16).padStart(2, "0")}`;
  }
  return localpart;
}
