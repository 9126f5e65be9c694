import { randomBytes } from "node:crypto";
import { OverloadedError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FileOfOther } from "../other-servers.ts";
import { MediaError } from "./errors.ts";
import type { Core } from "../log/core.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import {
  countPendingMedia,
  insertPendingMedia,
  mediaById,
  type MediaRow,
  setMediaContent,
  touchMedia,
  useOfContent,
} from "../store/statements/media.ts";
import type { ContentClaims } from "./content-claims.ts";
import { cleanContentType, cleanFileName } from "./download-headers.ts";
import type { ClaimContent, MediaStore, OpenedContent, StoredContent } from "./media-store.ts";

/** An upload: the content, and what the client says of it. */
export interface Upload {
  readonly source: AsyncIterable<Uint8Array>;
  /** As the client announced it, if it did. */
  readonly announcedBytes: number | undefined;
  readonly contentType: string | undefined;
  readonly fileName: string | undefined;
}

/** Content that the server stores itself, on account of a user. */
export interface OwnContent extends Upload {
  readonly payerNid: number;
  readonly announcedBytes: number;
  /** The media ID of the same content, if it has one already. */
  known(content: StoredContent): Promise<string | undefined>;
  /** Stored together with it. */
  operations(mediaId: string, content: StoredContent): readonly WriteOperation[];
}

/** A file of another server. */
export interface RemoteContent {
  readonly file: FileOfOther;
  readonly maxBytes: number;
  /** What counts it, by its size. */
  readonly count: (sizeBytes: number) => readonly WriteOperation[];
}

/** A media ID without content. */
export interface PendingMedia {
  readonly mediaId: string;
  /** Milliseconds since the epoch. */
  readonly expiresTs: number;
}

/** Where content is kept, and who is about to use it. */
export interface MediaContents {
  readonly store: MediaStore;
  readonly claims: ContentClaims;
}

/** A file of the repository. */
export interface MediaFile extends OpenedContent {
  readonly sha256: string;
  /** Names this content, in quotes. */
  readonly etag: string;
  readonly contentType: string;
  readonly fileName: string | undefined;
}

const PENDING_LIFETIME_MS = 24 * 60 * 60_000;
const ACCESS_INTERVAL_MS = 24 * 60 * 60_000;
/** The most files whose access waits to be written; that of others is noted when they are next asked for. */
const MOST_ACCESSED = 10_000;
/** How long a file that is not uploaded yet is waited for, unless a client says otherwise, in milliseconds. */
export const DEFAULT_WAIT_MS = 20_000;
/** How long it is waited for at most, in milliseconds. */
export const MAX_WAIT_MS = 60_000;

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
  readonly #claims: ContentClaims;
  readonly #uploading = new Set<string>();
  /** Files whose access is about to be written. */
  readonly #accessed = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(core: Core, { store, claims }: MediaContents, maxUploadBytes: number) {
    this.#core = core;
    this.#store = store;
    this.#claims = claims;
    this.maxUploadBytes = maxUploadBytes;
  }

  /** Stores an upload under a new media ID, which is returned. @throws {MediaError} `TOO_LARGE`, `QUARANTINED`. */
  async upload(userNid: number, upload: Upload): Promise<string> {
    const mediaId = createMediaId();
    await this.#receive(userNid, mediaId, upload);
    return mediaId;
  }

  /**
   * Stores content that belongs to nobody under a new media ID, or finds the ID that it has.
   *
   * @throws {MediaError} `TOO_LARGE`, `QUARANTINED`. @throws {LimitError}
   */
  async storeOwn(own: OwnContent): Promise<{ readonly mediaId: string; readonly content: StoredContent }> {
    let known: string | undefined;
    const content = await this.#keep(own.payerNid, own, async (stored) => {
      known = await own.known(stored);
      const mediaId = (known ??= createMediaId());
      return [this.#setContent(mediaId, null, own, stored), ...own.operations(mediaId, stored)];
    });
    return { mediaId: known ?? "", content };
  }

  /** Whether anything is known of a file. */
  async has(origin: string, mediaId: string): Promise<boolean> {
    return (await this.#core.store.get(mediaById, origin, mediaId)) !== undefined;
  }

  /** Stores a file of another server. @throws {MediaError} `QUARANTINED`, or `TOO_LARGE` for more than `maxBytes`. */
  async storeRemote(origin: string, mediaId: string, { file, maxBytes, count }: RemoteContent): Promise<void> {
    using claims = new DisposableStack();
    const { sha256, sizeBytes } = await this.#store.put(file.content, maxBytes, this.#claiming(claims));
    const [type, name] = [cleanContentType(file.contentType), cleanFileName(file.fileName) ?? null];
    const set = operation(setMediaContent, origin, mediaId, null, this.#core.clock.now(), sha256, sizeBytes, type, name);
    await this.#core.log.append({ positions: [], operations: [set, ...count(sizeBytes)] });
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
    this.#noteAccess(origin, mediaId, row);
    const content = await this.#store.open(row.sha256);
    if (!content) throw new MediaError("NOT_FOUND", "the content of the media is gone");
    return {
      ...content,
      sha256: row.sha256,
      etag: `"${row.sha256}"`,
      contentType: row.content_type ?? "application/octet-stream",
      fileName: row.file_name ?? undefined,
    };
  }

  /** Notes that a file was asked for, once a day, with whatever is written next. */
  #noteAccess(origin: string, mediaId: string, { last_access_ts: accessed, created_ts: created }: MediaRow): void {
    const { clock, log } = this.#core;
    const now = clock.now();
    const key = `${origin}/${mediaId}`;
    if (now - (accessed ?? created) < ACCESS_INTERVAL_MS || this.#accessed.has(key) || this.#accessed.size >= MOST_ACCESSED) return;
    this.#accessed.add(key);
    log.carry(operation(touchMedia, origin, mediaId, now), () => this.#accessed.delete(key));
  }

  async #find(origin: string, mediaId: string): Promise<MediaRow> {
    const { store, clock } = this.#core;
    const row = isMediaId(mediaId) ? await store.get(mediaById, origin, mediaId) : undefined;
    if (!row || row.quarantined === 1 || (row.sha256 === null && row.created_ts + PENDING_LIFETIME_MS <= clock.now()))
      throw new MediaError("NOT_FOUND", "there is no such media on this server");
    return row;
  }

  async #receive(userNid: number, mediaId: string, upload: Upload): Promise<void> {
    await this.#keep(userNid, upload, async (content) => [this.#setContent(mediaId, userNid, upload, content)]);
    for (const wake of this.#waiting.get(mediaId) ?? []) wake();
  }

  #setContent(mediaId: string, userNid: number | null, upload: Upload, { sha256, sizeBytes }: StoredContent): WriteOperation {
    const { serverName, clock } = this.#core;
    const [type, name] = [cleanContentType(upload.contentType), cleanFileName(upload.fileName) ?? null];
    return operation(setMediaContent, serverName, mediaId, userNid, clock.now(), sha256, sizeBytes, type, name);
  }

  /** Stores content on account of a user, with what names it. */
  async #keep(
    payerNid: number,
    { source, announcedBytes = this.maxUploadBytes }: Upload,
    operationsFor: (content: StoredContent) => Promise<readonly WriteOperation[]>,
  ): Promise<StoredContent> {
    // What was not announced may become as large as any file.
    if (announcedBytes > this.maxUploadBytes) throw new MediaError("TOO_LARGE", `the file is larger than ${this.maxUploadBytes} bytes`);
    const { log, quotas } = this.#core;
    using file = await quotas.reserve("mediaFilesPerDay", payerNid, 1, "the file");
    using bytes = await quotas.reserve("mediaBytesPerDay", payerNid, announcedBytes, "the file");
    using claims = new DisposableStack();
    const content = await this.#store.put(source, Math.min(announcedBytes, this.maxUploadBytes), this.#claiming(claims));
    const operations = await operationsFor(content);
    await log.append({ positions: [], operations: [...operations, file.count(), bytes.count(content.sizeBytes)] });
    return content;
  }

  /** Claims content before anybody can find it, until the claims are disposed of. */
  #claiming(claims: DisposableStack): ClaimContent {
    return async ({ sha256 }) => {
      claims.use(await this.#claims.claim(sha256));
      const use = await this.#core.store.get(useOfContent, sha256);
      if (use?.quarantined === 1) throw new MediaError("QUARANTINED", "the administrators of this server do not allow this content");
    };
  }

  #waitFor(mediaId: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const waiting = this.#waiting.get(mediaId) ?? new Set();
    this.#waiting.set(mediaId, waiting);
    return new Promise((resolve) => {
      const finish = (): void => {
        timer.cancel();
        signal.removeEventListener("abort", finish);
        waiting.delete(finish);
        if (waiting.size === 0 && this.#waiting.get(mediaId) === waiting) this.#waiting.delete(mediaId);
        resolve();
      };
      const timer = this.#core.clock.after(timeoutMs, finish);
      signal.addEventListener("abort", finish, { once: true });
      waiting.add(finish);
    });
  }
}

/** Whether a text could be a media ID: other servers have theirs, which are of the same characters. */
export function isMediaId(text: string): boolean {
  return /^[\w-]{1,255}$/.test(text);
}

function createMediaId(): string {
  return randomBytes(18).toString("base64url");
}
