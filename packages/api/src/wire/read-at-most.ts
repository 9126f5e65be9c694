import { concatBytes } from "./concat-bytes.ts";

/** Reads the next piece of a body: `read` of a reader of the Streams standard, or `next` of an iterator. */
export type ReadPiece = () => Promise<{ readonly done?: boolean | undefined; readonly value?: Uint8Array | undefined }>;

/**
 * Reads a body to its end, but not more than some bytes; `undefined` as soon as there are more. Ending the body then is the caller's matter.
 *
 * @throws Whatever `read` throws.
 */
export async function readAtMost(read: ReadPiece, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for (let piece = await read(); piece.done !== true; piece = await read()) {
    if (!piece.value) continue;
    sizeBytes += piece.value.byteLength;
    if (sizeBytes > maxBytes) return undefined;
    pieces.push(piece.value);
  }
  return concatBytes(pieces);
}
