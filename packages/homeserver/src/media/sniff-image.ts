import type { OpenedContent } from "./media-store.ts";

/** An image format that thumbnails are made of. */
export type ImageFormat = "jpeg" | "png" | "gif" | "webp" | "avif";

/** So many bytes tell the format of an image. */
const HEAD_BYTES = 16;

/** Reads the first bytes of content, by which the format of an image is told. */
export async function firstBytes({ sizeBytes, read }: Pick<OpenedContent, "sizeBytes" | "read">): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  if (sizeBytes > 0) for await (const chunk of read({ start: 0, end: Math.min(HEAD_BYTES, sizeBytes) - 1 })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Tells the format of an image from its first 16 bytes: what a client says of it decides nothing about how it is decoded. */
export function imageFormatOf(bytes: Buffer): ImageFormat | undefined {
  const head = bytes.toString("latin1", 0, HEAD_BYTES);
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "webp";
  return head.slice(4, 8) === "ftyp" && /^avi[fs]$/.test(head.slice(8, 12)) ? "avif" : undefined;
}
