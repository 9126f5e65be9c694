/**
 * Where content is below a folder or in a bucket, in sub-folders by the first digits of its hash: the same in both, so that any tool that
 * copies files moves media from one to the other.
 *
 * @throws {RangeError} For what is no content hash.
 */
export function contentPath(sha256: string): string {
  if (!isContentHash(sha256)) throw new RangeError("a content hash has 64 lower-case hexadecimal digits");
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}

/** Whether a text is a content hash. */
export function isContentHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
