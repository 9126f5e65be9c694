const grammar = /^[a-z][a-z0-9._-]{0,254}$/;

/**
 * Whether a text follows the common namespaced identifier grammar: 1 to 255 of `a-z0-9-_.`, the first a letter.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#common-namespaced-identifier-grammar}
 */
export function isNamespacedIdentifier(value: unknown): boolean {
  return typeof value === "string" && grammar.test(value);
}

/** Whether a namespaced identifier is reserved for the specification (`m.`). */
export function isReservedIdentifier(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("m.");
}
