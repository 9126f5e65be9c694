import { isContentHash } from "../media/content-path.ts";
import type { MediaReader } from "../media/media-store.ts";
import { storedMedia } from "../media/stored-media.ts";
import { useOfContent } from "../store/statements/media.ts";
import type { StoredMediaRow } from "../store/statements/media.ts";
import type { StoreReader } from "../store/store.ts";
import type { Report } from "./finding.ts";

/** How many files are looked for at once: each may take an answer of another machine. */
const AT_ONCE = 16;

/**
 * Checks that the file of each media row is there, in its size.
 *
 * @returns How many files are there that no row names: those of uploads that are under way, and what a crash or a removal that was cut off has left.
 */
export async function checkMedia(reader: StoreReader, media: MediaReader, report: Report): Promise<number> {
  const looks: Promise<void>[] = [];
  for await (const row of storedMedia(reader)) {
    if (looks.length >= AT_ONCE) await looks.shift();
    const look = checkFile(row, media, report);
    look.catch(() => {});
    looks.push(look);
  }
  await Promise.all(looks);
  let unnamed = 0;
  for await (const name of media.names()) if (!isContentHash(name) || ((await reader.get(useOfContent, name))?.count ?? 0) === 0) unnamed++;
  return unnamed;
}

async function checkFile({ origin, media_id: mediaId, sha256, size }: StoredMediaRow, media: MediaReader, report: Report): Promise<void> {
  const tell = (message: string): void => report({ kind: "MEDIA", table: "media", key: { origin, media_id: mediaId }, message });
  const file = isContentHash(sha256) ? await media.open(sha256) : undefined;
  if (!file) tell(`there is no file with the content hash ${sha256}`);
  else if (file.sizeBytes !== size) tell(`the file has ${file.sizeBytes} bytes, and size is ${size ?? "(none)"}`);
}
