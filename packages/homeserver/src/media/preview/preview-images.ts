import type { Core } from "../../log/core.ts";
import { operation } from "../../store/statement.ts";
import {
  deletePreviewImage,
  deleteUrlPreviewsBefore,
  deleteUrlPreviewsOfImage,
  oldestPreviewImages,
  previewImageBytes,
  previewImageWithContent,
  upsertPreviewImage,
} from "../../store/statements/url-previews.ts";
import type { MediaRemoval } from "../media-removal.ts";
import type { MediaRepository } from "../media-repository.ts";
import type { ImageSize } from "../thumbnails.ts";
import type { IncomingImage, StoredImage } from "./fetch-preview.ts";

/** What images of previews are kept with. */
export interface PreviewImagePorts {
  readonly core: Core;
  readonly media: MediaRepository;
  readonly removal: MediaRemoval;
  /** Measures a stored image; `undefined` where that is not possible. */
  readonly measure: (sha256: string) => Promise<ImageSize | undefined>;
  /** The most bytes that all images take. */
  readonly maxBytes: number;
}

/** How long an image is kept after the last preview that showed it: clients may have that preview for a while, in milliseconds. */
const LIFETIME_MS = 3 * 86_400_000;
const ROWS_AT_ONCE = 100;

/** The images of previews: media of the server that go when no preview has shown them for days, or when there is no room. */
export class PreviewImages {
  readonly #ports: PreviewImagePorts;
  #pruning: Promise<void> | undefined;

  constructor(ports: PreviewImagePorts) {
    this.#ports = ports;
  }

  /** Stores an image on account of the user who has asked for it; an image that is there already is used again. */
  async store(payerNid: number, { format, content, maxBytes }: IncomingImage): Promise<StoredImage | undefined> {
    const { core, media, measure } = this.#ports;
    const type = `image/${format}`;
    const stored = await media.storeOwn({
      payerNid,
      source: content,
      announcedBytes: Math.min(maxBytes, media.maxUploadBytes),
      contentType: type,
      fileName: undefined,
      known: async ({ sha256 }) => (await core.store.get(previewImageWithContent, core.serverName, sha256))?.media_id,
      operations: (mediaId, { sizeBytes }) => [operation(upsertPreviewImage, mediaId, sizeBytes, core.clock.now())],
    });
    await this.prune();
    const size = await measure(stored.content.sha256);
    const properties = {
      "og:image": `mxc://${core.serverName}/${stored.mediaId}`,
      "og:image:type": type,
      ...(size && { "og:image:width": size.width, "og:image:height": size.height }),
      "matrix:image:size": stored.content.sizeBytes,
    };
    return { mediaId: stored.mediaId, properties };
  }

  /** Removes previews and images that are too old, and the oldest images where they take too much room. */
  prune(): Promise<void> {
    return (this.#pruning ??= this.#prune().finally(() => (this.#pruning = undefined)));
  }

  async #prune(): Promise<void> {
    const { core, removal, maxBytes } = this.#ports;
    const oldestTs = core.clock.now() - LIFETIME_MS;
    core.log.carry(operation(deleteUrlPreviewsBefore, oldestTs));
    let excess = ((await core.store.get(previewImageBytes))?.bytes ?? 0) - maxBytes;
    for (;;) {
      const page = await core.store.all(oldestPreviewImages, ROWS_AT_ONCE);
      for (const { media_id: mediaId, size, used_ts: usedTs } of page) {
        if (usedTs >= oldestTs && excess <= 0) return;
        await removal.remove(core.serverName, mediaId, [
          operation(deletePreviewImage, mediaId),
          operation(deleteUrlPreviewsOfImage, mediaId),
        ]);
        excess -= size;
      }
      if (page.length < ROWS_AT_ONCE) return;
    }
  }
}
