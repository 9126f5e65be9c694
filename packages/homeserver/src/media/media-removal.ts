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
   * Removes a file.
   *
   * @param operations Stored together with it.
   * @returns The bytes that were freed; 0 where other files have the same content.
   */
  async remove(origin: string, mediaId: string, operations: readonly WriteOperation[] = []): Promise<number> {
    const { core } = this.#ports;
    const row = await core.store.get(mediaById, origin, mediaId);
    await core.log.append({ positions: [], operations: [...operations, operation(deleteMedia, origin, mediaId)] });
    if (!row || row.sha256 === null) return 0;
    return (await this.#removeContent(row.sha256)) ? (row.size ?? 0) : 0;
  }

  async #removeContent(sha256: string): Promise<boolean> {
    const { core, claims, store, thumbnails } = this.#ports;
    return claims.remove(sha256, async () => {
      if (((await core.store.get(useOfContent, sha256))?.count ?? 0) > 0) return false;
      await store.delete(sha256);
      await thumbnails.forget(sha256);
      return true;
    });
  }
}
