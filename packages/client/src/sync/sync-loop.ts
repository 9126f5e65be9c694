import { sync, type SyncResponse } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { RoomId } from "@patrix/identifiers";
import { MatrixError } from "@patrix/api";
import type { SyncContext } from "../base/reduce-sync.ts";
import { ClientError, isRequestFailure, isUnknownToken } from "../errors.ts";
import type { HttpClient } from "../http/http-client.ts";
import { pauseMs, type RetryPolicy } from "../http/retry-policy.ts";
import type { Live } from "../live/live.ts";
import { LiveValue } from "../live/live.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../stores/store.ts";
import { type Commit, CommitQueue } from "./commit-queue.ts";
import type { EditCheck } from "./edit-check.ts";
import { fillGaps } from "./fill-gaps.ts";
import { syncFilter } from "./sync-filter.ts";

/** How the client stands to its server. */
export type OnlineState = "offline" | "connecting" | "syncing" | "error";

/** What a {@link SyncLoop} is made of. */
export interface SyncLoopParts {
  readonly http: HttpClient;
  readonly store: Store;
  readonly clock: TimerClock;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  readonly edits: Pick<EditCheck, "load">;
  /** Whether the user was in a room before this sync. */
  readonly wasJoined: (roomId: RoomId) => boolean;
  /** Forgets all rooms and the position, in the store too. */
  startOver(): Promise<void>;
  /** Takes in a response and hands its events out. */
  apply(response: SyncResponse, context: Pick<SyncContext, "incremental" | "gaps">): Pick<Commit, "changes" | "handled">;
}

const longPollMs = 30_000;
const graceMs = 60_000;
const maxSyncBytes = 512 * 1024 * 1024;

/** Follows `/sync` from where the store says. */
export class SyncLoop {
  readonly #parts: SyncLoopParts;
  #interrupted: { readonly commits: CommitQueue; readonly since: string | undefined } | undefined;
  readonly #online = new LiveValue<OnlineState>("offline");

  constructor(parts: SyncLoopParts) {
    this.#parts = parts;
  }

  /** How the client stands to its server. */
  get online(): Live<OnlineState> {
    return this.#online;
  }

  /**
   * Syncs until the signal aborts, and then waits until what came is handled and stored. `onFirst` is called after the
   * first response was taken in.
   *
   * @throws {MatrixError} `M_UNKNOWN_TOKEN` when the session is over, {@link ClientError} `NOT_LOGGED_IN`, and what the store throws.
   */
  async run(signal: AbortSignal, onFirst: () => void): Promise<void> {
    // After a session that ended, what it left to be handled is still being handled: sync goes on from there.
    const { commits, since: known } = this.#interrupted ?? {
      commits: new CommitQueue(this.#parts.store),
      since: await this.#storedPosition(),
    };
    this.#interrupted = undefined;
    let since = known;
    try {
      this.#online.set("connecting");
      for (let failures = 0; !signal.aborted;) {
        let response: SyncResponse;
        let gaps: SyncContext["gaps"];
        try {
          response = await this.#poll(since, signal, this.#online.value === "syncing" && failures === 0 && since !== undefined);
          if (since !== undefined) {
            gaps = await fillGaps(this.#parts, { since, response, signal });
            await this.#parts.edits.load({ response, gaps, signal });
          }
        } catch (error) {
          if (signal.aborted) break;
          failures += 1;
          if (since !== undefined && since === known && isRefusedPosition(error)) {
            this.#parts.logger.warn(`sync: the server does not take the position of the last run (${error.message}); starting over`);
            await this.#parts.startOver();
            since = undefined;
            continue;
          }
          if (isSessionOver(error)) this.#interrupted = { commits, since };
          await this.#failed(error, failures, signal);
          continue;
        }
        failures = 0;
        const applied = this.#parts.apply(response, { incremental: since !== undefined, gaps });
        since = response.next_batch;
        this.#online.set("syncing");
        onFirst();
        await commits.add({ ...applied, token: since });
      }
    } finally {
      if (this.#online.value !== "error") this.#online.set("offline");
    }
    await commits.settled();
  }

  /** Forgets what an interrupted session left: another user begins. */
  forgetPosition(): void {
    this.#interrupted = undefined;
  }

  async #storedPosition(): Promise<string | undefined> {
    const stored = await this.#parts.store.get("sync", "token");
    return typeof stored === "string" ? stored : undefined;
  }

  async #failed(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    const { clock, retry, logger } = this.#parts;
    const isNetwork = error instanceof ClientError && (error.code === "NETWORK_ERROR" || error.code === "TIMEOUT");
    this.#online.set(isNetwork ? "offline" : "error");
    if (isSessionOver(error) || !isRequestFailure(error)) throw error;
    const delayMs = pauseMs(error, failures, retry.maxDelayMs);
    logger.warn(`sync failed (${error.message}); again in ${delayMs} ms`);
    await clock.sleep(delayMs, signal).catch(() => {});
  }

  async #poll(since: string | undefined, signal: AbortSignal, wait: boolean): Promise<SyncResponse> {
    const { http } = this.#parts;
    const timeout = wait ? longPollMs : 0;
    const query = { since, timeout, filter: syncFilter(since !== undefined), use_state_after: true };
    // Trying again is the loop's own business, which shows it in `online`.
    const options = {
      signal,
      timeoutMs: since === undefined ? 10 * graceMs : timeout + graceMs,
      retries: 0,
      maxResponseBytes: maxSyncBytes,
    };
    return http.send(sync, { query }, options);
  }
}

/** Whether nobody is logged in any more. */
function isSessionOver(error: unknown): boolean {
  return isUnknownToken(error) || (error instanceof ClientError && error.code === "NOT_LOGGED_IN");
}

/** Whether the server refused the request for what it says, which can only be the position. */
function isRefusedPosition(error: unknown): error is MatrixError {
  return error instanceof MatrixError && error.status === 400;
}
