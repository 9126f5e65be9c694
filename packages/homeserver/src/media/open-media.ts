import { join } from "node:path";
import type { Core } from "../log/core.ts";
import { DiskMediaStore } from "./disk-media-store.ts";
import { MediaRepository } from "./media-repository.ts";
import { listedThumbnailSize, thumbnailSize } from "./thumbnail-size.ts";
import { Thumbnails } from "./thumbnails.ts";

/** The media of a server. */
export interface MediaParts {
  readonly media: MediaRepository;
  readonly thumbnails: Thumbnails;
}

/** How media are kept. */
export interface MediaSettings {
  /** It is made if it is missing. */
  readonly folder: string;
  readonly maxUploadBytes: number;
  /** Whether thumbnails are made in more sizes than the specification lists. */
  readonly dynamicThumbnails: boolean;
}

/** Opens the media in a folder. */
export async function openMedia(core: Core, { folder, maxUploadBytes, dynamicThumbnails }: MediaSettings): Promise<MediaParts> {
  const sizeOf = dynamicThumbnails ? thumbnailSize : listedThumbnailSize;
  return {
    media: new MediaRepository(core, await DiskMediaStore.open(folder), maxUploadBytes),
    thumbnails: new Thumbnails(join(folder, "thumbnails"), undefined, sizeOf),
  };
}
