import type { Core } from "../log/core.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { deleteMedia, mediaById, useOfContent } from "../store/statements/media.ts";
import type { MediaContents } from "./media-repository.ts";
import type { Thumbnails } from "./thumbnails.ts";

/** What removals of media work with. */
export interface MediaRemovalPorts extends MediaContents {
  readonly core: Core;
  readonly thumbnails: Pick<Thumbnails, "forget">;
}

/** Removes media: what names them, and their content once nothing else has it. */
export class MediaRemoval {
  readonly #ports: MediaRemovalPorts;

  constructor(ports: MediaRemovalPorts) {
    this.#ports = ports;
  }

  /**
   * Removes a file: the content first, so that whatever a store that fails leaves is named still, and the same removal does it again.
   *
   * @param operations Stored together with it.
   * @returns The bytes that were freed; 0 where other files have the same content.
   * @throws {MediaError} `STORE_FAILED`; then nothing is removed.
   */
  async remove(origin: string, mediaId: string, operations: readonly WriteOperation[] = []): Promise<number> {
    const { core, claims } = this.#ports;
    const row = await core.store.get(mediaById, origin, mediaId);
    const forget = async (): Promise<number> => {
      await core.log.append({ positions: [], operations: [...operations, operation(deleteMedia, origin, mediaId)] });
      return 0;
    };
    if (!row || row.sha256 === null) return forget();
    const { sha256, size } = row;
    const freed = await claims.remove(sha256, async () => {
      if (((await core.store.get(useOfContent, sha256))?.count ?? 0) > 1) return forget();
      await this.#removeContent(sha256);
      await forget();
      return size ?? 0;
    });
    // Whoever claims the content is about to name it.
    return freed ?? forget();
  }

  async #removeContent(sha256: string): Promise<void> {
    const { store, thumbnails } = this.#ports;
    await store.delete(sha256);
    await thumbnails.forget(sha256);
  }
}
