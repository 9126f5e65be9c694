import { createHash } from "node:crypto";
import { LruCache, Semaphore, SingleFlight } from "@patrix/concurrency";
import { LimitError, OverloadedError, requireWithin } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Core } from "../../log/core.ts";
import { operation } from "../../store/statement.ts";
import { deleteUrlPreviewsBeyond, upsertUrlPreview, urlPreview } from "../../store/statements/url-previews.ts";
import { MediaError } from "../errors.ts";
import { fetchPreview } from "./fetch-preview.ts";
import type { PreviewImages } from "./preview-images.ts";
import type { PreviewPolicy } from "./url-policy.ts";

/** What previews are made with. */
export interface PreviewPorts {
  readonly core: Core;
  readonly images: PreviewImages;
  /** Which URLs and addresses may be asked; `undefined` where there are no previews. */
  readonly policy: PreviewPolicy | undefined;
  /** The languages that pages are asked for in, as in `accept-language`. */
  readonly language: string;
}

/** How long a preview is shown before the page is fetched again, in milliseconds. */
const LIFETIME_MS = 3_600_000;
/** How long it is remembered that a page could not be fetched, and of how many. */
const FAILURE_LIFETIME_MS = 60_000;
const REMEMBERED_FAILURES = 10_000;
/** The most pages that are fetched at once, and that wait for it. */
const MAX_RUNNING = 8;
const MAX_WAITING = 100;

/**
 * Previews of web pages. Whoever asks for the same page at the same time, or within an hour, gets the same preview.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediapreview_url}
 */
export class Previews implements AsyncDisposable {
  readonly #ports: PreviewPorts;
  readonly #flights = new SingleFlight<string, string>();
  readonly #failures = new LruCache<string, number>(REMEMBERED_FAILURES);
  readonly #slots = new Semaphore(MAX_RUNNING, { maxWaiting: MAX_WAITING });
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(ports: PreviewPorts) {
    this.#ports = ports;
  }

  /**
   * The preview of a page as JSON, of the page as it is now whatever time is asked for.
   *
   * @throws {MediaError} `PREVIEW_NOT_ALLOWED`, or `PREVIEW_FAILED`, which does not tell why: the reason may say what is inside the
   * operator's network. @throws {LimitError} @throws {OverloadedError}
   */
  async get(userNid: number, text: string): Promise<string> {
    const { core, policy } = this.#ports;
    if (!policy) throw new MediaError("PREVIEW_NOT_ALLOWED", "this server makes no previews of web pages");
    requireWithin("previewUrlLength", text.length, "url");
    const url = URL.parse(text);
    if (!url) throw new MediaError("PREVIEW_NOT_ALLOWED", "url: expected the address of a web page");
    if (!policy.isUrlAllowed(url)) throw new MediaError("PREVIEW_NOT_ALLOWED", "url: this server makes no previews of this address");
    url.hash = "";
    const hash = createHash("sha256").update(url.href).digest("base64url");
    const known = await core.store.get(urlPreview, hash);
    const now = core.clock.now();
    // A clock that was set back leaves previews of the future.
    if (known && Math.abs(now - known.fetched_ts) < LIFETIME_MS) return known.json;
    const failedTs = this.#failures.get(hash);
    if (failedTs !== undefined && Math.abs(now - failedTs) < FAILURE_LIFETIME_MS) throw failed();
    return this.#flights.run(hash, () => this.#inTurn(() => this.#fetch(userNid, url, hash, policy)));
  }

  async #inTurn(task: () => Promise<string>): Promise<string> {
    if (this.#slots.isFull) throw new OverloadedError("too many pages are being fetched", 5_000);
    if (this.#stopped.signal.aborted) throw failed();
    const flight = this.#slots.run(task);
    this.#running.add(flight);
    return flight.finally(() => this.#running.delete(flight));
  }

  async #fetch(userNid: number, url: URL, hash: string, policy: PreviewPolicy): Promise<string> {
    const { core, images, language } = this.#ports;
    const fetched = await fetchPreview(url, {
      ...policy,
      language,
      signal: this.#stopped.signal,
      store: (image) => images.store(userNid, image),
    }).catch((error: unknown) => {
      if (error instanceof LimitError) throw error;
      this.#failures.set(hash, core.clock.now());
      throw failed(error);
    });
    const json = JSON.stringify(fetched.properties);
    await core.log.append({
      positions: [],
      operations: [
        operation(upsertUrlPreview, hash, json, fetched.mediaId ?? null, core.clock.now()),
        operation(deleteUrlPreviewsBeyond, limits.urlPreviews.value),
      ],
    });
    return json;
  }

  /** Ends what is being fetched. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await Promise.allSettled(this.#running);
  }
}

function failed(cause?: unknown): MediaError {
  return new MediaError("PREVIEW_FAILED", "the page could not be fetched", cause);
}
