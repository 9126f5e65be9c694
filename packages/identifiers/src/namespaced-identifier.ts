const grammar = /^[a-z][a-z0-9._-]{0,254}$/;

/**
 * Whether a text follows the common namespaced identifier grammar: 1 to 255 of `a-z0-9-_.`, the first a letter.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#common-namespaced-identifier-grammar}
 */
export function isNamespacedIdentifier(text: string): boolean {
  return grammar.test(text);
}

/** Whether a namespaced identifier is reserved for the specification (`m.`). */
export function isReservedIdentifier(text: string): boolean {
  return text.startsWith("m.");
}
