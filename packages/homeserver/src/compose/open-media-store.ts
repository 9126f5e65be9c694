import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { DiskMediaStore } from "../media/disk-media-store.ts";
import { IncomingFiles } from "../media/incoming-files.ts";
import type { MediaReader, MediaStore } from "../media/media-store.ts";
import { mediaFolder } from "./media-folder.ts";

/**
 * Opens the store of media that the configuration names. It does not wait for a bucket: while that is not there, whatever needs it fails, and nothing
 * else does.
 *
 * @param noted Hears what is wrong with a bucket once something is, and that nothing is any more.
 */
export async function openMediaStore(config: Config, noted?: (failure: string | undefined) => void): Promise<MediaStore> {
  const folder = mediaFolder(config);
  const { s3 } = config.media;
  if (!s3) return DiskMediaStore.open(folder);
  const { S3MediaStore } = await import("../media/s3/s3-media-store.ts");
  const store = S3MediaStore.over(s3, await IncomingFiles.open(join(folder, "incoming")), { noted });
  // Whoever hears of it is told already.
  void store.check().catch(() => {});
  return store;
}

/** Opens the store of media of a server that may run. @throws {MediaError} `STORE_FAILED` if the bucket cannot be read. */
export async function readMediaStore(config: Config): Promise<MediaReader> {
  const { s3 } = config.media;
  if (!s3) return DiskMediaStore.reading(mediaFolder(config));
  const { S3MediaStore } = await import("../media/s3/s3-media-store.ts");
  const store = S3MediaStore.reading(s3);
  await store.check();
  return store;
}
