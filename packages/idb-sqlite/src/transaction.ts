import { type IdbExceptionName, idbException } from "./errors.ts";
import { IdbEvent } from "./events/idb-event.ts";
import { fire, Target } from "./events/target.ts";
import type { StoreInfo } from "./file/catalogue.ts";
import type { StoreFile } from "./file/store-file.ts";
import { NameList } from "./name-list.ts";
import type { Outcome, SqliteRequest } from "./request.ts";
import type { Schedulable, Scheduler } from "./scheduler.ts";
import { toName } from "./web-idl.ts";

/** What a transaction is made of. */
export interface TransactionParts {
  readonly database: IDBDatabase & Target;
  readonly file: StoreFile;
  readonly scheduler: Scheduler;
  readonly mode: IDBTransactionMode;
  readonly durability: IDBTransactionDurability;
  /** For an upgrade it changes with the database. */
  readonly scope: Map<string, StoreInfo>;
  readonly openStore: (info: StoreInfo, transaction: SqliteTransaction) => IDBObjectStore;
  /** Told once it has ended and everybody has heard of it. */
  readonly onEnded: (committed: boolean) => void;
  /** Takes back what an upgrade has changed in memory. */
  readonly revert?: (() => void) | undefined;
}

/** One request that waits for its turn. */
interface Job {
  readonly request: SqliteRequest;
  /** Forgotten once it has run, with the value that it stores. */
  operation: (() => unknown) | undefined;
  outcome: Outcome | undefined;
  /** Whether the transaction cannot go on whatever its callbacks say. */
  isFatal: boolean;
}

type State = "active" | "inactive" | "committing" | "finished";

/**
 * A transaction. It stays active until the next turn of the event loop, so that promises which follow from a callback still
 * find it active; it commits itself when a turn has left it without requests.
 *
 * @see {@link https://w3c.github.io/IndexedDB/#transaction}
 */
export class SqliteTransaction extends Target implements IDBTransaction, Schedulable {
  readonly db: IDBDatabase;
  readonly mode: IDBTransactionMode;
  readonly durability: IDBTransactionDurability;
  readonly file: StoreFile;
  readonly #parts: TransactionParts;
  readonly #stores = new Map<StoreInfo, IDBObjectStore>();
  #state: State = "active";
  #isStarted = false;
  #isTurnComing = false;
  #jobs: Job[] = [];
  /** Jobs that come before this one are done. */
  #next = 0;
  /** How many jobs that are not done have been executed: those at the front. */
  #executed = 0;
  /** What the event that was dispatched last asks for, once its callbacks have run to the end. */
  #abortNext: { readonly error: DOMException | null } | undefined;
  #error: DOMException | null = null;
  /** An upgrade does not end before its first event was dispatched. */
  #isHeld: boolean;
  #onStarted: () => void = () => {};
  /** Resolves when it may write. */
  readonly started: Promise<void>;

  constructor(parts: TransactionParts) {
    super();
    this.#parts = parts;
    this.db = parts.database;
    this.file = parts.file;
    this.mode = parts.mode;
    this.durability = parts.durability;
    this.#isHeld = parts.mode === "versionchange";
    this.started = new Promise((resolve) => (this.#onStarted = resolve));
    parts.scheduler.add(this);
    this.#comeBack();
  }

  get writes(): boolean {
    return this.mode !== "readonly";
  }

  get scope(): ReadonlySet<object> {
    return new Set(this.#parts.scope.values());
  }

  get objectStoreNames(): DOMStringList {
    return NameList.sorted(this.#parts.scope.keys());
  }

  get error(): DOMException | null {
    return this.#error;
  }

  get isFinished(): boolean {
    return this.#state === "finished";
  }

  /** @throws DOMException `NotFoundError`, `InvalidStateError` after its end. */
  objectStore(name: string): IDBObjectStore {
    if (this.isFinished) throw idbException("InvalidStateError", "the transaction has ended");
    const info = this.#parts.scope.get(toName(name));
    if (!info) throw idbException("NotFoundError", `the transaction has no object store ${name}`);
    return this.handleOf(info);
  }

  /** The handle of an object store, the same one each time. */
  handleOf(info: StoreInfo): IDBObjectStore {
    let store = this.#stores.get(info);
    if (!store) this.#stores.set(info, (store = this.#parts.openStore(info, this)));
    return store;
  }

  /** @throws DOMException `InvalidStateError` if it is not active. */
  commit(): void {
    if (this.#state !== "active") throw idbException("InvalidStateError", "the transaction is not active");
    this.#state = "committing";
    this.#comeBack();
  }

  /** @throws DOMException `InvalidStateError` if it is over. */
  abort(): void {
    if (this.#state === "committing" || this.isFinished) throw idbException("InvalidStateError", "the transaction is over");
    this.abortWith(null);
  }

  /** @throws DOMException `TransactionInactiveError`. */
  requireActive(): void {
    if (this.#state !== "active") throw idbException("TransactionInactiveError", "the transaction is not active");
  }

  /** @throws DOMException `TransactionInactiveError`, `ReadOnlyError`. */
  requireWritable(): void {
    this.requireActive();
    if (!this.writes) throw idbException("ReadOnlyError", "the transaction only reads");
  }

  /** Runs what may call getters of a value, during which no request can be made. */
  whileInactive<T>(run: () => T): T {
    this.#state = "inactive";
    try {
      return run();
    } finally {
      // A getter may have aborted it.
      if (!this.isFinished) this.#state = "active";
    }
  }

  /**
   * Adds a request. What writes is executed at once where nothing waits before it, so that many writes do not have to be kept
   * in memory; what reads is executed when its turn comes, so that many results do not have to be.
   */
  run<R extends SqliteRequest>(request: R, operation: () => unknown, isWrite: boolean = false): R {
    this.requireActive();
    request.place(this);
    request.settle(undefined);
    const job: Job = { request, operation, outcome: undefined, isFatal: false };
    this.#jobs.push(job);
    if (isWrite && this.#isStarted && this.#next + this.#executed === this.#jobs.length - 1) {
      this.#execute(job);
      this.#executed += 1;
    }
    this.#comeBack();
    return request;
  }

  /** Begins, when the scheduler says so. */
  start(): void {
    // It may have been aborted while it waited, and is in the way only until everybody has heard of it.
    if (this.isFinished) return this.#onStarted();
    try {
      if (this.writes) this.file.begin(this.durability === "relaxed");
      this.#isStarted = true;
    } catch (error) {
      this.#abortNext = { error: describeFailure(error) };
    }
    this.#onStarted();
    this.#comeBack();
  }

  /** Dispatches an event, during which requests can be made, and until the next turn. */
  dispatch(target: Target, event: IdbEvent): void {
    if (this.isFinished) return;
    this.#isHeld = false;
    if (this.#state !== "committing") this.#state = "active";
    const hasThrown = fire(target, event);
    if (hasThrown) this.#abortNext = { error: idbException("AbortError", "a callback has thrown") };
    this.#comeBack();
  }

  /** Ends the transaction and takes back what it did. */
  abortWith(error: DOMException | null): void {
    if (this.isFinished) return;
    this.#state = "finished";
    this.#error = error;
    if (this.#isStarted && this.writes) this.file.rollback();
    this.#parts.revert?.();
    const rest = this.#jobs.slice(this.#next).map(({ request }) => request);
    this.#jobs = [];
    setImmediate(() => {
      for (const request of rest) {
        request.settle({ error: idbException("AbortError", "the transaction was aborted") });
        fire(request, new IdbEvent("error", { bubbles: true, cancelable: true }));
      }
      setImmediate(() => {
        fire(this, new IdbEvent("abort", { bubbles: true }));
        this.#end(false);
      });
    });
  }

  #comeBack(): void {
    if (this.#isTurnComing || this.isFinished) return;
    this.#isTurnComing = true;
    setImmediate(() => {
      this.#isTurnComing = false;
      this.#takeTurn();
    });
  }

  /** Delivers the outcomes of requests up to the first that somebody hears of, or commits. */
  #takeTurn(): void {
    if (this.isFinished) return;
    if (this.#state === "active") this.#state = "inactive";
    if (this.#abortNext) return this.abortWith(this.#abortNext.error);
    if (!this.#isStarted || this.#isHeld) return;
    for (let job = this.#jobs[this.#next]; job; job = this.#jobs[this.#next]) {
      if (!job.outcome) this.#execute(job);
      else this.#executed -= 1;
      this.#next += 1;
      const isHeard = this.#deliver(job);
      this.#forgetDone();
      if (this.isFinished || isHeard) return;
    }
    this.#commitNow();
  }

  #forgetDone(): void {
    if (this.#next < 1024) return;
    this.#jobs = this.#jobs.slice(this.#next);
    this.#next = 0;
  }

  #execute(job: Job): void {
    try {
      job.outcome = { result: job.operation?.() };
      job.operation = undefined;
    } catch (error) {
      job.outcome = { error: error instanceof DOMException ? error : describeFailure(error) };
      // What the file did in part, or no longer knows of, cannot be gone on with.
      job.isFatal = !(error instanceof DOMException) || (this.writes && !this.file.isInTransaction);
    }
  }

  /** Ends a request; tells whether a turn has to pass because somebody heard of it. */
  #deliver({ request, outcome = { result: undefined }, isFatal }: Job): boolean {
    request.settle(outcome);
    const isSuccess = "result" in outcome;
    const isHeard = request.isHeard(isSuccess ? "success" : "error", !isSuccess);
    const event = new IdbEvent(isSuccess ? "success" : "error", { bubbles: !isSuccess, cancelable: !isSuccess });
    if (isHeard) this.dispatch(request, event);
    if (!isSuccess && (isFatal || !event.defaultPrevented)) this.#abortNext ??= { error: outcome.error };
    if (this.#abortNext) this.#comeBack();
    return isHeard || this.#abortNext !== undefined;
  }

  #commitNow(): void {
    this.#jobs = [];
    try {
      if (this.writes) this.file.commit();
    } catch (error) {
      return this.abortWith(describeFailure(error));
    }
    this.#state = "finished";
    fire(this, new IdbEvent("complete"));
    this.#end(true);
  }

  #end(committed: boolean): void {
    this.#parts.scheduler.remove(this);
    this.#parts.onEnded(committed);
  }

  protected override get parent(): Target {
    return this.#parts.database;
  }

  get onabort(): IDBTransaction["onabort"] {
    return this.handler("abort") as IDBTransaction["onabort"];
  }

  set onabort(handler: IDBTransaction["onabort"]) {
    this.setHandler("abort", handler);
  }

  get oncomplete(): IDBTransaction["oncomplete"] {
    return this.handler("complete") as IDBTransaction["oncomplete"];
  }

  set oncomplete(handler: IDBTransaction["oncomplete"]) {
    this.setHandler("complete", handler);
  }

  get onerror(): IDBTransaction["onerror"] {
    return this.handler("error") as IDBTransaction["onerror"];
  }

  set onerror(handler: IDBTransaction["onerror"]) {
    this.setHandler("error", handler);
  }

  get [Symbol.toStringTag](): string {
    return "IDBTransaction";
  }
}

/** Says what SQLite could not do. */
function describeFailure(error: unknown): DOMException {
  const code = error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
  const name: IdbExceptionName = code === 13 ? "QuotaExceededError" : "UnknownError";
  return idbException(name, error instanceof Error ? error.message : String(error), error);
}
