import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import {
  avatarUris,
  type ListedMediaRow,
  mediaById,
  mediaOfUser,
  mediaUsage,
  type MediaUsageRow,
  quarantineMedia,
  type StoredMediaRow,
} from "../store/statements/media.ts";
import { deletePreviewImage, deleteUrlPreviewsOfImage } from "../store/statements/url-previews.ts";
import { turnIfDue } from "../turns.ts";
import { MediaError } from "./errors.ts";
import type { MediaRemoval } from "./media-removal.ts";
import { storedMedia } from "./stored-media.ts";

/** Which media are removed. */
export interface UnusedMedia {
  /** They were neither stored nor asked for since then, in milliseconds since the epoch. */
  readonly unusedSinceTs: number;
  /** Only those of this server, or only those of others. Default: both. */
  readonly of?: "this server" | "others" | undefined;
  /** Only larger ones, in bytes. */
  readonly largerThan?: number | undefined;
  /** Whether only to say what would go. */
  readonly dryRun?: boolean | undefined;
}

/** After how many days media go that nobody has asked for; never where it is left out. */
export interface MediaRetention {
  readonly local_days?: number | undefined;
  readonly remote_days?: number | undefined;
}

const DAY_MS = 86_400_000;

/** What administrators do with media. */
export class MediaAdministration {
  readonly #core: Core;
  readonly #removal: MediaRemoval;

  constructor(core: Core, removal: MediaRemoval) {
    this.#core = core;
    this.#removal = removal;
  }

  /**
   * Makes content unavailable under every ID that it has, and refuses it when it is uploaded again; or makes it available.
   *
   * @throws {MediaError} `NOT_FOUND`.
   */
  async setQuarantined(origin: string, mediaId: string, isQuarantined: boolean): Promise<void> {
    await this.#require(origin, mediaId);
    const operations = [
      operation(quarantineMedia, origin, mediaId, Number(isQuarantined)),
      ...(isQuarantined ? [operation(deleteUrlPreviewsOfImage, mediaId)] : []),
    ];
    await this.#core.log.append({ positions: [], operations });
  }

  /** Removes a file. @throws {MediaError} `NOT_FOUND`. */
  async remove(origin: string, mediaId: string): Promise<void> {
    await this.#require(origin, mediaId);
    await this.#removal.remove(origin, mediaId, [operation(deleteUrlPreviewsOfImage, mediaId), operation(deletePreviewImage, mediaId)]);
  }

  /** Lists what a user has uploaded, the newest first. */
  async listOf(userId: string, from: number, limit: number): Promise<readonly ListedMediaRow[]> {
    const userNid = await this.#core.users.find(userId);
    return userNid === undefined ? [] : this.#core.store.all(mediaOfUser, userNid, limit, from);
  }

  /** Lists how much users have uploaded, those with the most first. */
  usage(from: number, limit: number): Promise<readonly MediaUsageRow[]> {
    return this.#core.store.all(mediaUsage, limit, from);
  }

  /** Removes media that nobody uses; not what is quarantined, nor users' avatars. @returns The media IDs. */
  async removeUnused(asked: UnusedMedia): Promise<string[]> {
    // That somebody has asked for a file may not be written yet.
    await this.#core.log.flushed();
    const avatars = new Set((await this.#core.store.all(avatarUris)).map(({ json }) => json));
    const removed: string[] = [];
    for await (const row of storedMedia(this.#core.store)) {
      await turnIfDue();
      const isAvatar = avatars.has(JSON.stringify(`mxc://${row.origin}/${row.media_id}`));
      if (isAvatar || !isUnused(row, asked, this.#core.serverName)) continue;
      removed.push(row.media_id);
      if (!asked.dryRun) await this.remove(row.origin, row.media_id);
    }
    return removed;
  }

  /** Removes what nobody has asked for in so many days, where the operator wants that. */
  async enforce({ local_days: localDays, remote_days: remoteDays }: MediaRetention): Promise<void> {
    for (const [of, days] of [["this server", localDays] as const, ["others", remoteDays] as const])
      if (days !== undefined) await this.removeUnused({ of, unusedSinceTs: this.#core.clock.now() - days * DAY_MS });
  }

  async #require(origin: string, mediaId: string): Promise<void> {
    if (!(await this.#core.store.get(mediaById, origin, mediaId)))
      throw new MediaError("NOT_FOUND", "there is no such media on this server");
  }
}

function isUnused(row: StoredMediaRow, { unusedSinceTs, of, largerThan = -1 }: UnusedMedia, serverName: string): boolean {
  if (of !== undefined && (row.origin === serverName) !== (of === "this server")) return false;
  return row.quarantined === 0 && (row.last_access_ts ?? row.created_ts) < unusedSinceTs && (row.size ?? 0) > largerThan;
}
