import { Semaphore, SingleFlight } from "@patrix/concurrency";
import { isServerName } from "@patrix/identifiers";
import { limits } from "../limits.ts";
import type { Core } from "../log/core.ts";
import type { OtherServers } from "../other-servers.ts";
import { OverloadedError } from "../errors.ts";
import type { WriteOperation } from "../store/statement.ts";
import { MediaError } from "./errors.ts";
import { DEFAULT_WAIT_MS, isMediaId, MAX_WAIT_MS, type MediaFile, type MediaRepository } from "./media-repository.ts";

/** A file of any server. */
export interface MediaName {
  readonly serverName: string;
  readonly mediaId: string;
}

/** How a file is waited for. */
export interface MediaWait {
  readonly signal: AbortSignal;
  /** How long one that is not uploaded yet is waited for, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Whether another server may be asked. Default: `true`. */
  readonly allowsRemote?: boolean | undefined;
  /** Who pays if it has to be fetched; left out for one who is not known. */
  readonly payerNid?: number | undefined;
}

/** From where files of other servers come. */
export interface RemoteMediaPorts {
  readonly maxBytes: number;
  readonly open: OtherServers["openMedia"];
}

/** The media of all servers: a file of another one is fetched when somebody asks for it, once for all who ask, and kept. */
export class RemoteMedia {
  readonly #core: Pick<Core, "serverName" | "quotas">;
  readonly #media: MediaRepository;
  readonly #ports: RemoteMediaPorts;
  readonly #fetching = new SingleFlight<string, void>();
  /** By server, so that a slow one holds up nobody else. */
  readonly #slots = new Map<string, Semaphore>();

  constructor(core: Pick<Core, "serverName" | "quotas">, media: MediaRepository, ports: RemoteMediaPorts) {
    this.#core = core;
    this.#media = media;
    this.#ports = ports;
  }

  /**
   * Finds a file, wherever it is.
   *
   * @throws {MediaError} `NOT_FOUND`, `NOT_YET_UPLOADED`, `QUARANTINED`. @throws {FederatedError} If another server does not give it.
   * @throws {OverloadedError} If too many files are fetched. @throws {LimitError} If too much was fetched for the user in a day.
   */
  async open({ serverName, mediaId }: MediaName, { signal, timeoutMs, allowsRemote = true, payerNid }: MediaWait): Promise<MediaFile> {
    const isRemote = serverName !== this.#core.serverName && isServerName(serverName) && isMediaId(mediaId);
    if (isRemote && allowsRemote && !(await this.#media.has(serverName, mediaId))) {
      const waitMs = Math.min(Math.max(timeoutMs ?? DEFAULT_WAIT_MS, 0), MAX_WAIT_MS);
      await this.#fetching.run(`${serverName}/${mediaId}`, () =>
        this.#inTurn(serverName, () => this.#fetch({ serverName, mediaId }, { waitMs, payerNid })),
      );
    }
    return this.#media.open(serverName, mediaId, signal, timeoutMs);
  }

  async #inTurn(serverName: string, fetch: () => Promise<void>): Promise<void> {
    const slots = this.#slots.get(serverName) ?? new Semaphore(limits.remoteDownloads.value, { maxWaiting: limits.waitingDownloads.value });
    if (slots.isFull) throw new OverloadedError(`${limits.waitingDownloads.value} files wait to be fetched from ${serverName}`, 5_000);
    this.#slots.set(serverName, slots);
    try {
      await slots.run(fetch);
    } finally {
      if (slots.isIdle) this.#slots.delete(serverName);
    }
  }

  async #fetch(
    { serverName, mediaId }: MediaName,
    { waitMs, payerNid }: { readonly waitMs: number; readonly payerNid: number | undefined },
  ): Promise<void> {
    const { open, maxBytes } = this.#ports;
    const { quotas } = this.#core;
    using files = payerNid === undefined ? undefined : await quotas.reserve("remoteMediaFilesPerDay", payerNid, 1, "the file");
    using bytes = payerNid === undefined ? undefined : await quotas.reserve("remoteMediaBytesPerDay", payerNid, maxBytes, "the file");
    const count = (sizeBytes: number): WriteOperation[] => (files && bytes ? [files.count(), bytes.count(sizeBytes)] : []);
    const file = await open(serverName, { mediaId, waitMs, maxBytes });
    if (!file) throw new MediaError("NOT_FOUND", `${serverName} has no such media`);
    try {
      await this.#media.storeRemote(serverName, mediaId, { file, maxBytes, count });
    } catch (error) {
      if (!(error instanceof MediaError) || error.code !== "TOO_LARGE") throw error;
      throw new MediaError("REMOTE_TOO_LARGE", `the file is larger than ${maxBytes} bytes`);
    }
  }
}
