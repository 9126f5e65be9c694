import type { SyncResponse } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { EventId, RoomId } from "@patrix/identifiers";
import { MatrixError } from "@patrix/api";
import type { SyncContext } from "../base/reduce-sync.ts";
import type { Taken } from "../encryption/taken.ts";
import { ClientError, isRequestFailure, isUnknownToken, type RequestFailure } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";
import { pauseMs, type RetryPolicy } from "../http/retry-policy.ts";
import type { Live } from "../live/live.ts";
import { LiveValue } from "../live/live.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../stores/store.ts";
import { type Commit, CommitQueue, joinCommits, type Persist } from "./commit-queue.ts";
import type { EditCheck } from "./edit-check.ts";
import { fillGaps } from "./fill-gaps.ts";
import type { PolledSync, SyncProtocol } from "./sync-protocol.ts";

/** How the client stands to its server. */
export type OnlineState = "offline" | "connecting" | "syncing" | "error";

/** What a {@link SyncLoop} is made of. */
export interface SyncLoopParts {
  readonly http: RequestSender;
  /** How the server is asked for what is new. */
  readonly protocol: () => Promise<SyncProtocol>;
  readonly store: Pick<Store, "get">;
  readonly persist: Persist;
  readonly clock: TimerClock;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  readonly edits: Pick<EditCheck, "load">;
  /** Takes in the keys of a response and decrypts its events, before anything else is made of it. */
  readonly takeIn: (taken: Taken, incremental: boolean) => Promise<Taken>;
  /** Whether the user was in a room before this sync. */
  readonly wasJoined: (roomId: RoomId) => boolean;
  /** The last event that is known of a room. */
  readonly lastEventId: (roomId: RoomId) => EventId | undefined;
  /** Follows the position that is stored: what came after it, and was not stored, comes again. */
  goBack(): void;
  /** Forgets all rooms and the position, in the store too. */
  startOver(): Promise<void>;
  /** Takes in a response and hands its events out. */
  apply(response: SyncResponse, context: Omit<SyncContext, "userId">): Omit<Commit, "token">;
}

const longPollMs = 30_000;
/** How long an answer may take beyond the time that the server was asked to wait, in milliseconds: while nothing is to be caught up with … */
const idleGraceMs = 10_000;
/** … and while there may be much. */
const graceMs = 60_000;
/** Longest pause while the server cannot be reached, which costs it nothing. */
const maxUnreachableMs = 15_000;
const maxSyncBytes = 512 * 1024 * 1024;

/** How a poll is made: the first of all, one that catches up, one that waits for news, or one that finds out whether there is a server. */
type Pace = "first" | "catch-up" | "wait" | "probe";
const patienceMs: Readonly<Record<Pace, number>> = {
  first: 10 * graceMs,
  "catch-up": graceMs,
  wait: longPollMs + idleGraceMs,
  probe: idleGraceMs,
};

interface Waiting {
  readonly for: "pause" | "poll";
  readonly abort: AbortController;
}

/** Follows `/sync` from where the store says. */
export class SyncLoop {
  readonly #parts: SyncLoopParts;
  #waiting: Waiting | undefined;
  #isProbing = false;
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
    if (!this.#interrupted) this.#parts.goBack();
    const { commits, since: known } = this.#interrupted ?? {
      commits: new CommitQueue(this.#parts.persist),
      since: await this.#storedPosition(),
    };
    this.#interrupted = undefined;
    let since = known;
    try {
      this.#online.set("connecting");
      for (let failures = 0; !signal.aborted;) {
        let commit: Commit;
        try {
          const protocol = await this.#parts.protocol();
          since = await this.#usable(since, protocol);
          const polled = await this.#poll(protocol, { since, signal, pace: this.#pace(since, failures) });
          commit = await (since === undefined ? this.#takeFirst(polled, signal) : this.#take(polled, protocol.gapEnd(since), signal));
        } catch (error) {
          if (signal.aborted) break;
          failures += 1;
          const renewed = since === undefined ? undefined : (await this.#parts.protocol()).renewed(since, error);
          if (renewed !== undefined) {
            this.#parts.logger.debug("sync: the server has forgotten the connection; another one begins");
            since = renewed;
            continue;
          }
          if (since !== undefined && since === known && isRefusedPosition(error)) {
            this.#parts.logger.warn(`sync: the server does not take the position of the last run (${error.message}); starting over`);
            await this.#parts.startOver();
            since = undefined;
            continue;
          }
          // A poll that a hint has ended is followed by a quick one at once.
          this.#isProbing = this.#online.value === "connecting" && since !== undefined && failures === 1;
          if (this.#isProbing) continue;
          if (isSessionOver(error)) this.#interrupted = { commits, since };
          await this.#failed(error, failures, signal);
          continue;
        }
        failures = 0;
        this.#isProbing = false;
        since = commit.token;
        this.#online.set("syncing");
        onFirst();
        await commits.add(commit).catch((error: unknown) => this.#cannotStore(error));
      }
    } finally {
      if (this.#online.value !== "error") this.#online.set("offline");
    }
    await commits.settled();
  }

  /** Takes in what is new. */
  async #take({ response: polled, rooms }: PolledSync, gapEnd: string | undefined, signal: AbortSignal): Promise<Commit> {
    const filled = await fillGaps(this.#parts, { since: gapEnd, response: polled, signal });
    const { response, gaps } = await this.#parts.takeIn({ response: polled, gaps: filled }, true);
    await this.#parts.edits.load({ response, gaps, signal });
    return { ...this.#parts.apply(response, { incremental: true, gaps, rooms }), token: response.next_batch };
  }

  /** Takes in the first answer, in the parts that it comes in; all of them, or nothing. */
  async #takeFirst({ response: first, rooms, more = none() }: PolledSync, signal: AbortSignal): Promise<Commit> {
    const applied: Omit<Commit, "token">[] = [];
    const take = async (response: SyncResponse): Promise<void> => {
      const taken = await this.#parts.takeIn({ response, gaps: undefined, isMore: applied.length > 0 }, false);
      applied.push(this.#parts.apply(taken.response, { incremental: false, rooms }));
    };
    try {
      await take(first);
      for await (const response of more) {
        signal.throwIfAborted();
        await take(response);
      }
    } catch (error) {
      if (applied.length > 0) await this.#parts.startOver();
      throw error;
    }
    return { ...joinCommits(applied), token: first.next_batch };
  }

  /** Forgets what an interrupted session left: another user begins. */
  forgetPosition(): void {
    this.#interrupted = undefined;
  }

  #cannotStore(error: unknown): never {
    this.#online.set("error");
    this.#parts.logger.error("sync ends: what it brings cannot be stored", error);
    throw error;
  }

  async #storedPosition(): Promise<string | undefined> {
    const stored = await this.#parts.store.get("sync", "token");
    return typeof stored === "string" ? stored : undefined;
  }

  async #failed(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    const { clock, retry, logger } = this.#parts;
    const isNetwork = error instanceof ClientError && (error.code === "NETWORK_ERROR" || error.code === "TIMEOUT");
    this.#online.set(isNetwork ? "offline" : "error");
    if (isSessionOver(error) || !isRequestFailure(error) || isBeyondRepair(error)) throw error;
    const delayMs = pauseMs(error, failures, isNetwork ? Math.min(maxUnreachableMs, retry.maxDelayMs) : retry.maxDelayMs);
    logger.warn(`sync failed (${error.message}); again in ${delayMs} ms`);
    await this.#interruptible("pause", signal, (both) => clock.sleep(delayMs, both)).catch(() => {});
  }

  /**
   * Tells whether something else has just reached the server or could not. A pause ends when it could; a poll that waits
   * is given up for a quick one when it could not, since its connection may be dead too.
   */
  hint(reachable: boolean): void {
    if (reachable !== (this.#waiting?.for === "pause")) return;
    if (!reachable) this.#online.set("connecting");
    this.#waiting?.abort.abort(new ClientError("NETWORK_ERROR", "something else could not reach the server"));
  }

  /** Runs what {@link SyncLoop.hint} may cut short. */
  async #interruptible<T>(what: Waiting["for"], signal: AbortSignal, run: (both: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    this.#waiting = { for: what, abort };
    try {
      return await run(AbortSignal.any([signal, abort.signal]));
    } finally {
      this.#waiting = undefined;
    }
  }

  #pace(since: string | undefined, failures: number): Pace {
    if (since === undefined) return "first";
    if (this.#online.value === "syncing" && failures === 0) return "wait";
    return this.#isProbing ? "probe" : "catch-up";
  }

  /** The position, if the protocol has a use for it; everything is forgotten if it has none. */
  async #usable(since: string | undefined, protocol: SyncProtocol): Promise<string | undefined> {
    if (since === undefined || protocol.knows(since)) return since;
    await this.#parts.startOver();
    return undefined;
  }

  async #poll(
    protocol: SyncProtocol,
    { since, signal, pace }: { readonly since: string | undefined; readonly signal: AbortSignal; readonly pace: Pace },
  ): Promise<PolledSync> {
    // Trying again is the loop's own business, which shows it in `online`.
    const options = {
      timeoutMs: patienceMs[pace],
      retries: 0,
      maxResponseBytes: maxSyncBytes,
    };
    const ask = (both: AbortSignal): Promise<PolledSync> =>
      protocol.poll(since, pace === "wait" ? longPollMs : 0, { ...options, signal: both });
    return pace === "wait" ? this.#interruptible("poll", signal, ask) : ask(signal);
  }
}

async function* none(): AsyncGenerator<never, void, void> {}

/** Whether nobody is logged in any more. */
function isSessionOver(error: unknown): boolean {
  return isUnknownToken(error) || (error instanceof ClientError && error.code === "NOT_LOGGED_IN");
}

/** Whether the next poll would meet the same failure: it is not the server that cannot go on. */
function isBeyondRepair(error: RequestFailure): boolean {
  return error instanceof ClientError && (error.code === "DEVICE_KEYS_LOST" || error.code === "ENCRYPTION_FAILED");
}

/** Whether the server refused the request for what it says, which can only be the position. */
function isRefusedPosition(error: unknown): error is MatrixError {
  return error instanceof MatrixError && error.status === 400;
}
