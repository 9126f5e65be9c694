import { MatrixError, type SupportedVersions } from "@patrix/api";
import { HttpClient, type Logger, type MediaSender, pauseMs, type RequestOptions, type RetryPolicy } from "@patrix/client";
import { getVersions } from "@patrix/client-api";
import { type TimerClock, SingleFlight } from "@patrix/concurrency";
import type { UserId } from "@patrix/identifiers";

/** How the homeserver is reached. */
export interface HomeserverParts {
  readonly url: string;
  readonly asToken: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: TimerClock;
  readonly logger: Logger;
  readonly retry: RetryPolicy;
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
}

/** Longest pause that is made where the homeserver has had too many requests, in milliseconds. */
const MAX_RATE_PAUSE_MS = 10 * 60_000;

/** The homeserver of an application service, asked as any of its users. */
export class Homeserver {
  readonly #parts: HomeserverParts;
  readonly #versions = new SingleFlight<"versions", SupportedVersions>();
  #supported: SupportedVersions | undefined;

  constructor(parts: HomeserverParts) {
    this.#parts = parts;
  }

  /** Asks as a user, and as a device of the user if one is named, of events of a time; without a user, as the service's own. */
  as(userId?: UserId, { deviceId, ts }: { deviceId?: string | undefined; ts?: number | undefined } = {}): MediaSender {
    const { url, asToken, fetch, clock, logger, retry } = this.#parts;
    const http = new HttpClient({
      baseUrl: () => url,
      fetch,
      clock,
      logger,
      retry,
      credentials: { accessToken: async () => asToken, rejected: async () => false },
      supported: () => this.#supportedVersions(),
      ...(userId !== undefined && { actsAs: { userId, deviceId, ts } }),
    });
    return {
      send: (endpoint, request, options) => this.#patiently(options, (patient) => http.send(endpoint, request, patient)),
      open: (endpoint, request, options) => this.#patiently(options, (patient) => http.open(endpoint, request, patient)),
    };
  }

  /** Waits for as long as the homeserver asks to: a bridge that gives up a message loses it. */
  async #patiently<T>(options: RequestOptions = {}, ask: (options: RequestOptions) => Promise<T>): Promise<T> {
    const { clock, signal: stopped } = this.#parts;
    const signal = options.signal ? AbortSignal.any([options.signal, stopped]) : stopped;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask({ ...options, signal });
      } catch (error) {
        const asked = MatrixError.is(error, "M_LIMIT_EXCEEDED") ? pauseMs(error, attempt, MAX_RATE_PAUSE_MS) : undefined;
        if (asked === undefined || asked > MAX_RATE_PAUSE_MS || signal.aborted) throw error;
        await clock.sleep(asked, signal);
      }
    }
  }

  /** What the homeserver supports, asked for once; the newest paths are taken where it cannot be told. */
  async #supportedVersions(): Promise<SupportedVersions | undefined> {
    const { url, fetch, clock, logger, retry } = this.#parts;
    this.#supported ??= await this.#versions.run("versions", async () => {
      const answer = await new HttpClient({ baseUrl: () => url, fetch, clock, logger, retry }).send(getVersions, {});
      return { versions: answer.versions, features: answer.unstable_features };
    });
    return this.#supported;
  }
}
