import { randomBytes } from "node:crypto";
import { OverloadedError } from "../errors.ts";
import { limits } from "../limits.ts";
import { MediaError } from "./errors.ts";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { countPendingMedia, insertPendingMedia, mediaById, type MediaRow, setMediaContent } from "../store/statements/media.ts";
import { cleanContentType, cleanFileName } from "./download-headers.ts";
import type { MediaStore, OpenedContent } from "./media-store.ts";

/** An upload: the content, and what the client says of it. */
export interface Upload {
  readonly source: AsyncIterable<Uint8Array>;
  /** As the client announced it, if it did. */
  readonly announcedBytes: number | undefined;
  readonly contentType: string | undefined;
  readonly fileName: string | undefined;
}

/** A media ID without content. */
export interface PendingMedia {
  readonly mediaId: string;
  /** Milliseconds since the epoch. */
  readonly expiresTs: number;
}

/** A file of the repository. */
export interface MediaFile extends OpenedContent {
  readonly sha256: string;
  readonly contentType: string;
  readonly fileName: string | undefined;
}

const PENDING_LIFETIME_MS = 24 * 60 * 60_000;
const DEFAULT_WAIT_MS = 20_000;
const MAX_WAIT_MS = 60_000;

/**
 * The media that users upload.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#content-repository}
 */
export class MediaRepository {
  /** Greatest size of an upload, in bytes. */
  readonly maxUploadBytes: number;
  readonly #core: Core;
  readonly #store: MediaStore;
  readonly #uploading = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(core: Core, store: MediaStore, maxUploadBytes: number) {
    this.#core = core;
    this.#store = store;
    this.maxUploadBytes = maxUploadBytes;
  }

  /** Stores an upload under a new media ID, which is returned. @throws {MediaError} `TOO_LARGE`. */
  async upload(userNid: number, upload: Upload): Promise<string> {
    const mediaId = createMediaId();
    await this.#receive(userNid, mediaId, upload);
    return mediaId;
  }

  /** Makes a media ID whose content comes later. @throws {OverloadedError} If too many wait for their content. */
  async create(userNid: number): Promise<PendingMedia> {
    const now = this.#core.clock.now();
    const row = await this.#core.store.get(countPendingMedia, userNid, now - PENDING_LIFETIME_MS);
    if ((row?.count ?? 0) >= limits.pendingMedia.value)
      throw new OverloadedError(`${limits.pendingMedia.value} media IDs wait for their content: upload it first`, 60_000);
    const mediaId = createMediaId();
    const { serverName, log } = this.#core;
    await log.append({ positions: [], operations: [operation(insertPendingMedia, serverName, mediaId, userNid, now)] });
    return { mediaId, expiresTs: now + PENDING_LIFETIME_MS };
  }

  /**
   * Stores the content of a media ID that {@link MediaRepository.create} made.
   *
   * @throws {MediaError} `NOT_FOUND`, `NOT_OWNER`, `ALREADY_UPLOADED` or `TOO_LARGE`.
   */
  async uploadTo(userNid: number, origin: string, mediaId: string, upload: Upload): Promise<void> {
    const row = await this.#find(origin, mediaId);
    if (row.user_nid !== userNid) throw new MediaError("NOT_OWNER", "the media ID was made by another user");
    if (row.sha256 !== null || this.#uploading.has(mediaId))
      throw new MediaError("ALREADY_UPLOADED", "the media ID has its content already");
    this.#uploading.add(mediaId);
    try {
      await this.#receive(userNid, mediaId, upload);
    } finally {
      this.#uploading.delete(mediaId);
    }
  }

  /**
   * Finds a file; waits for the content of a media ID that has none yet, 20 seconds unless told otherwise, at most a minute.
   *
   * @throws {MediaError} `NOT_FOUND`, or `NOT_YET_UPLOADED`.
   */
  async open(origin: string, mediaId: string, signal: AbortSignal, timeoutMs: number = DEFAULT_WAIT_MS): Promise<MediaFile> {
    let row = await this.#find(origin, mediaId);
    if (row.sha256 === null) {
      await this.#waitFor(mediaId, Math.min(Math.max(timeoutMs, 0), MAX_WAIT_MS), signal);
      row = await this.#find(origin, mediaId);
    }
    if (row.sha256 === null) throw new MediaError("NOT_YET_UPLOADED", "the content of the media ID was not uploaded yet");
    const content = await this.#store.open(row.sha256);
    if (!content) throw new MediaError("NOT_FOUND", "the content of the media is gone");
    return {
      ...content,
      sha256: row.sha256,
      contentType: row.content_type ?? "application/octet-stream",
      fileName: row.file_name ?? undefined,
    };
  }

  async #find(origin: string, mediaId: string): Promise<MediaRow> {
    const { serverName, store, clock } = this.#core;
    const isLocal = origin === serverName && /^[\w-]{1,255}$/.test(mediaId);
    const row = isLocal ? await store.get(mediaById, origin, mediaId) : undefined;
    if (!row || (row.sha256 === null && row.created_ts + PENDING_LIFETIME_MS <= clock.now()))
      throw new MediaError("NOT_FOUND", "there is no such media on this server");
    return row;
  }

  async #receive(userNid: number, mediaId: string, upload: Upload): Promise<void> {
    // What was not announced may become as large as any file.
    const { source, announcedBytes = this.maxUploadBytes, contentType, fileName } = upload;
    if (announcedBytes > this.maxUploadBytes) throw new MediaError("TOO_LARGE", `the file is larger than ${this.maxUploadBytes} bytes`);
    const { serverName, clock, log, quotas } = this.#core;
    using file = await quotas.reserve("mediaFilesPerDay", userNid, 1, "the file");
    using bytes = await quotas.reserve("mediaBytesPerDay", userNid, announcedBytes, "the file");
    const { sha256, sizeBytes } = await this.#store.put(source, this.maxUploadBytes);
    const [type, name] = [cleanContentType(contentType), cleanFileName(fileName) ?? null];
    await log.append({
      positions: [],
      operations: [
        operation(setMediaContent, serverName, mediaId, userNid, clock.now(), sha256, sizeBytes, type, name),
        file.count(),
        bytes.count(sizeBytes),
      ],
      publish: () => {
        for (const wake of this.#waiting.get(mediaId) ?? []) wake();
      },
    });
  }

  #waitFor(mediaId: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const waiting = this.#waiting.get(mediaId) ?? new Set();
    this.#waiting.set(mediaId, waiting);
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        waiting.delete(finish);
        if (waiting.size === 0 && this.#waiting.get(mediaId) === waiting) this.#waiting.delete(mediaId);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      signal.addEventListener("abort", finish, { once: true });
      waiting.add(finish);
    });
  }
}

function createMediaId(): string {
  return randomBytes(18).toString("base64url");
}
