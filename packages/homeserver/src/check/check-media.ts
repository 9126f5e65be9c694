import type { MediaStore } from "../media/media-store.ts";
import { storedMedia } from "../media/stored-media.ts";
import type { StoreReader } from "../store/store.ts";
import type { Report } from "./finding.ts";

/** Checks that the file of each media row is there, in its size. */
export async function checkMedia(reader: StoreReader, media: Pick<MediaStore, "open">, report: Report): Promise<void> {
  for await (const { origin, media_id: mediaId, sha256, size } of storedMedia(reader)) {
    const tell = (message: string): void => report({ kind: "MEDIA", table: "media", key: { origin, media_id: mediaId }, message });
    const file = /^[0-9a-f]{64}$/.test(sha256) ? await media.open(sha256) : undefined;
    if (!file) tell(`there is no file with the content hash ${sha256}`);
    else if (file.sizeBytes !== size) tell(`the file has ${file.sizeBytes} bytes, and size is ${size ?? "(none)"}`);
  }
}
