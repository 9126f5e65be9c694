import type { Core } from "../log/core.ts";
import { ContentClaims } from "./content-claims.ts";
import { MediaAdministration } from "./media-administration.ts";
import { MediaRemoval } from "./media-removal.ts";
import { MediaRepository } from "./media-repository.ts";
import type { MediaStore } from "./media-store.ts";
import type { OtherServers } from "../other-servers.ts";
import { RemoteMedia } from "./remote-media.ts";
import { PreviewImages } from "./preview/preview-images.ts";
import { Previews } from "./preview/previews.ts";
import { previewPolicy, type PreviewRules } from "./preview/url-policy.ts";
import { listedThumbnailSize, thumbnailSize } from "./thumbnail-size.ts";
import { type ImageSize, Thumbnails } from "./thumbnails.ts";

/** The media of a server. */
export interface MediaParts {
  readonly media: MediaRepository;
  readonly remoteMedia: RemoteMedia;
  readonly thumbnails: Thumbnails;
  readonly removal: MediaRemoval;
  readonly administration: MediaAdministration;
  readonly previews: Previews;
  readonly previewImages: PreviewImages;
}

/** How media are kept. */
export interface MediaSettings {
  readonly store: MediaStore;
  /** Where thumbnails are kept; it is made if it is missing. */
  readonly thumbnailFolder: string;
  readonly maxUploadBytes: number;
  /** Greatest size of a file of another server, in bytes. */
  readonly maxRemoteBytes: number;
  readonly openRemote: OtherServers["openMedia"];
  /** Whether thumbnails are made in more sizes than the specification lists. */
  readonly dynamicThumbnails: boolean;
  readonly previews: PreviewSettings;
}

/** Of which pages previews are made, if of any. */
export interface PreviewSettings extends PreviewRules {
  readonly enabled: boolean;
  readonly language: string;
  readonly cache_size: number;
}

/** Opens the media of a store. */
export function openMedia(core: Core, settings: MediaSettings): MediaParts {
  const { store, thumbnailFolder, maxUploadBytes, dynamicThumbnails, previews, maxRemoteBytes, openRemote } = settings;
  const sizeOf = dynamicThumbnails ? thumbnailSize : listedThumbnailSize;
  const contents = { store, claims: new ContentClaims() };
  const media = new MediaRepository(core, contents, maxUploadBytes);
  const thumbnails = new Thumbnails(thumbnailFolder, undefined, sizeOf);
  const removal = new MediaRemoval({ ...contents, core, thumbnails });
  const measure = async (sha256: string): Promise<ImageSize | undefined> => {
    const content = await contents.store.open(sha256);
    return content && thumbnails.measure(content);
  };
  const previewImages = new PreviewImages({ core, media, removal, measure, maxBytes: previews.cache_size });
  const policy = previews.enabled ? previewPolicy(previews) : undefined;
  return {
    media,
    remoteMedia: new RemoteMedia(core, media, { maxBytes: maxRemoteBytes, open: openRemote }),
    thumbnails,
    removal,
    administration: new MediaAdministration(core, removal),
    previewImages,
    previews: new Previews({ core, images: previewImages, policy, language: previews.language }),
  };
}
