/**
 * Matrix identifiers, unpadded base64, and matrix.to and matrix: URIs.
 *
 * @packageDocumentation
 */
export * from "./schema.ts";
