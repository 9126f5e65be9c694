import { Worker } from "node:worker_threads";
import { type ProgramClock, Semaphore, type Timer } from "@patrix/concurrency";
import type { RoomVersionRules } from "@patrix/room-versions";
import { addStateEvent, type AuthEvent, type MutableStateMap, stateEntries, type StateMap, StateResError } from "@patrix/state-res";
import { held } from "../../held.ts";
import { limits } from "../../limits.ts";
import { StoreError } from "../../store/errors.ts";
import { turnIfDue } from "../../turns.ts";
import { RoomError } from "../errors.ts";
import { ENTRIES_AT_ONCE, inPieces, type ResolutionReply, type ResolutionRequest, type StoredJson } from "./resolution-protocol.ts";

/**
 * From how many events in conflict on states are resolved in a thread of their own. With so many the algorithm takes 1 ms, and 10 ms the first
 * time in a process. The thread would take 3 ms longer, and 150 ms longer where it is not there yet.
 */
const LARGE = 400;
/** For how long the thread is kept when it has nothing to do. */
const IDLE_MS = 60_000;
/** What the thread may have in memory, in MiB; what needs more ends the thread, and not the server. */
const MOST_MEMORY_MB = 1_024;

/** States of one room that differ, with what is known of their auth chains, and where their events are. */
export interface Conflicted {
  readonly states: readonly StateMap[];
  readonly rules: RoomVersionRules;
  readonly authChains: readonly ReadonlySet<string>[];
  readonly conflictedSubgraph: ReadonlySet<string>;
  /** Finds events; those that are not stored are left out. */
  readonly load: (eventIds: readonly string[]) => Promise<readonly (StoredJson | AuthEvent)[]>;
}

/** How large resolutions are run. */
export interface ResolutionsOptions {
  /** From how many events in conflict on a resolution is a large one. */
  readonly largeFrom?: number | undefined;
  /** What the thread may have in memory, in MiB. */
  readonly mostMemoryMb?: number | undefined;
}

/**
 * Runs large resolutions, one after the other, in a thread that begins with the first of them and ends after a minute without one.
 *
 * What fails in the thread fails here with the same error. When the thread itself ends, what it was at fails, and is not tried again on this
 * thread, which everybody else waits for: what was too much for one thread is too much for the other. The next resolution has a new thread;
 * whoever asked may try again, some times.
 */
export class Resolutions implements AsyncDisposable {
  readonly #clock: ProgramClock;
  readonly #largeFrom: number;
  readonly #mostMemoryMb: number;
  readonly #queue = new Semaphore(1, { maxWaiting: limits.waitingResolutions.value });
  #thread: ResolutionThread | undefined;
  #idle: Timer | undefined;
  #closed: StoreError | undefined;

  constructor(clock: ProgramClock, { largeFrom = LARGE, mostMemoryMb = MOST_MEMORY_MB }: ResolutionsOptions = {}) {
    this.#clock = clock;
    this.#largeFrom = largeFrom;
    this.#mostMemoryMb = mostMemoryMb;
  }

  /** Whether so many events in conflict make a large resolution. */
  isLarge(events: number): boolean {
    return events >= this.#largeFrom;
  }

  /**
   * Resolves states to one.
   *
   * @throws {StateResError} As `resolveState` does. @throws {RoomError} `OVERLOADED`, where too many others wait, and `UNRESOLVED`, where the
   * thread has ended over it. @throws {StoreError} `CLOSED`, once the server ends.
   */
  async resolve(conflicted: Conflicted): Promise<StateMap> {
    if (this.#queue.isFull) throw new RoomError("OVERLOADED", "the states of too many rooms wait to be resolved: try again in a second");
    return held(
      this.#clock,
      this.#queue.run(() => this.#run(conflicted)),
    );
  }

  /** Ends the thread, and what it is at. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = new StoreError("CLOSED", "the server ends, and no states are resolved any more");
    await this.#end(this.#closed);
  }

  async #run(conflicted: Conflicted): Promise<StateMap> {
    if (this.#closed) throw this.#closed;
    this.#idle?.cancel();
    if (this.#thread?.isGone !== false) this.#thread = new ResolutionThread(this.#mostMemoryMb);
    try {
      return await this.#thread.resolve(conflicted);
    } finally {
      if (!this.#closed) this.#idle = this.#clock.after(IDLE_MS, () => void this.#end(new Error("the thread was idle")));
    }
  }

  async #end(reason: Error): Promise<void> {
    this.#idle?.cancel();
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.end(reason);
  }
}

/** This thread's side of the one that resolves: whoever asks it something waits for its answer. */
class ResolutionThread {
  readonly #worker: Worker;
  #answer: { readonly resolve: (reply: ResolutionReply) => void; readonly reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;

  constructor(mostMemoryMb: number) {
    const file = import.meta.url.endsWith(".ts") ? "./resolution-thread.ts" : "./resolution-thread.js";
    this.#worker = new Worker(new URL(file, import.meta.url), {
      name: "patrix-resolutions",
      resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
    });
    this.#worker.on("message", (reply: ResolutionReply) => this.#answer?.resolve(reply));
    this.#worker.on("error", (error) =>
      this.#fail(new RoomError("UNRESOLVED", "the thread that resolves states has failed", { cause: error })),
    );
    this.#worker.on("exit", () => this.#fail(new RoomError("UNRESOLVED", "the thread that resolves states has ended")));
    this.#worker.unref();
  }

  get isGone(): boolean {
    return this.#failure !== undefined;
  }

  async resolve(conflicted: Conflicted): Promise<StateMap> {
    this.#worker.ref();
    try {
      await this.#hand(conflicted);
      let reply = await this.#ask({ kind: "resolve", roomVersion: conflicted.rules.id, states: conflicted.states.length });
      while (reply.kind === "wanted") reply = await this.#ask(await this.#eventsFor(reply.eventIds, conflicted));
      return await this.#take(reply);
    } finally {
      this.#worker.unref();
    }
  }

  async end(reason: Error): Promise<void> {
    this.#fail(reason);
    await this.#worker.terminate();
  }

  /** Hands over what is in conflict. */
  async #hand({ states, authChains, conflictedSubgraph }: Conflicted): Promise<void> {
    const post = async (request: ResolutionRequest): Promise<void> => {
      const turn = turnIfDue();
      if (turn) await turn;
      this.#post(request);
    };
    for (const [state, map] of states.entries())
      for (const some of inPieces([...stateEntries(map)], ENTRIES_AT_ONCE))
        await post({ kind: "state", state, entries: some.flatMap(({ type, stateKey, eventId }) => [type, stateKey, eventId]) });
    for (const [state, chain] of authChains.entries())
      for (const eventIds of inPieces([...chain], ENTRIES_AT_ONCE)) await post({ kind: "chain", state, eventIds });
    for (const eventIds of inPieces([...conflictedSubgraph], ENTRIES_AT_ONCE)) await post({ kind: "subgraph", eventIds });
  }

  /** Reads events for the thread. What goes wrong with that is what has gone wrong. */
  async #eventsFor(eventIds: readonly string[], { load }: Conflicted): Promise<ResolutionRequest> {
    const turn = turnIfDue();
    if (turn) await turn;
    try {
      return { kind: "events", events: await load(eventIds) };
    } catch (error) {
      // The thread goes on to the next resolution.
      await this.#ask({ kind: "unavailable" });
      throw error;
    }
  }

  /** Takes the state that came of it, in pieces, or throws what went wrong. */
  async #take(first: ResolutionReply): Promise<StateMap> {
    const state: MutableStateMap = new Map();
    for (let reply = first; ; reply = await this.#ask({ kind: "next" })) {
      if (reply.kind === "refused") throw new StateResError(reply.code, reply.message, reply.eventIds);
      if (reply.kind === "failed") throw reply.error;
      if (reply.kind === "wanted") throw new Error("the thread that resolves states asks for events after the resolution");
      for (const [type = "", stateKey = "", eventId = ""] of inPieces(reply.entries, 3))
        addStateEvent(state, { type, state_key: stateKey, event_id: eventId });
      if (reply.isLast) return state;
      const turn = turnIfDue();
      if (turn) await turn;
    }
  }

  #ask(request: ResolutionRequest): Promise<ResolutionReply> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
      this.#post(request);
    });
  }

  #post(request: ResolutionRequest): void {
    // A worker has no origin; the rule means windows.
    // eslint-disable-next-line unicorn/require-post-message-target-origin
    this.#worker.postMessage(request);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#answer?.reject(this.#failure);
  }
}
