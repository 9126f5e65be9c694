import { open } from "node:fs/promises";

/** An image format that thumbnails are made of. */
export type ImageFormat = "jpeg" | "png" | "gif" | "webp" | "avif";

const HEAD_BYTES = 16;

/** Tells the format of an image file from its first bytes: what a client says of it decides nothing about how it is decoded. */
export async function sniffImage(path: string): Promise<ImageFormat | undefined> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return formatOf(buffer.subarray(0, bytesRead).toString("latin1"));
  } finally {
    await file.close();
  }
}

function formatOf(head: string): ImageFormat | undefined {
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "webp";
  return head.slice(4, 8) === "ftyp" && /^avi[fs]$/.test(head.slice(8, 12)) ? "avif" : undefined;
}
