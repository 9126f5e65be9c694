import { join } from "node:path";
import type { Core } from "../log/core.ts";
import { DiskMediaStore } from "./disk-media-store.ts";
import { MediaRepository } from "./media-repository.ts";
import { loadImageLibrary, Thumbnails } from "./thumbnails.ts";

/** The media of a server. */
export interface MediaParts {
  readonly media: MediaRepository;
  readonly thumbnails: Thumbnails;
}

/** Opens the media in a folder, which is made if it is missing. */
export async function openMedia(core: Core, folder: string, maxUploadBytes: number): Promise<MediaParts> {
  return {
    media: new MediaRepository(core, await DiskMediaStore.open(folder), maxUploadBytes),
    thumbnails: new Thumbnails(join(folder, "thumbnails"), await loadImageLibrary()),
  };
}
