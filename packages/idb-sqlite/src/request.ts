import { idbException } from "./errors.ts";
import { Target } from "./events/target.ts";

/** How a request ended. */
export type Outcome = { readonly result: unknown } | { readonly error: DOMException };

type Source = IDBObjectStore | IDBIndex | IDBCursor;

/** A request. @see {@link https://w3c.github.io/IndexedDB/#request-api} */
export class SqliteRequest<T = unknown> extends Target implements IDBRequest<T> {
  readonly #source: Source | null;
  #parent: Target | null = null;
  #transaction: IDBTransaction | null = null;
  #outcome: Outcome | undefined;

  constructor(source: Source | null) {
    super();
    this.#source = source;
  }

  get source(): Source {
    // The declaration of the DOM leaves out that requests to open a database have none.
    return this.#source as Source;
  }

  get transaction(): IDBTransaction | null {
    return this.#transaction;
  }

  get readyState(): IDBRequestReadyState {
    return this.#outcome ? "done" : "pending";
  }

  get result(): T {
    const outcome = this.#requireOutcome();
    // The operation that the request stands for decides what its result is.
    return ("result" in outcome ? outcome.result : undefined) as T;
  }

  get error(): DOMException | null {
    const outcome = this.#requireOutcome();
    return "error" in outcome ? outcome.error : null;
  }

  #requireOutcome(): Outcome {
    if (!this.#outcome) throw idbException("InvalidStateError", "the request is not done yet");
    return this.#outcome;
  }

  /** Places the request in a transaction, whose targets hear of its events; `null` takes it out again. */
  place(transaction: (IDBTransaction & Target) | null): void {
    this.#transaction = transaction;
    this.#parent = transaction;
  }

  /** Ends the request, or begins it anew. */
  settle(outcome: Outcome | undefined): void {
    this.#outcome = outcome;
  }

  protected override get parent(): Target | null {
    return this.#parent;
  }

  get onsuccess(): IDBRequest["onsuccess"] {
    return this.handler("success") as IDBRequest["onsuccess"];
  }

  set onsuccess(handler: IDBRequest["onsuccess"]) {
    this.setHandler("success", handler);
  }

  get onerror(): IDBRequest["onerror"] {
    return this.handler("error") as IDBRequest["onerror"];
  }

  set onerror(handler: IDBRequest["onerror"]) {
    this.setHandler("error", handler);
  }

  get [Symbol.toStringTag](): string {
    return "IDBRequest";
  }
}

/** A request to open or to delete a database. */
export class SqliteOpenRequest extends SqliteRequest<IDBDatabase> implements IDBOpenDBRequest {
  constructor() {
    super(null);
  }

  get onblocked(): IDBOpenDBRequest["onblocked"] {
    return this.handler("blocked") as IDBOpenDBRequest["onblocked"];
  }

  set onblocked(handler: IDBOpenDBRequest["onblocked"]) {
    this.setHandler("blocked", handler);
  }

  get onupgradeneeded(): IDBOpenDBRequest["onupgradeneeded"] {
    return this.handler("upgradeneeded") as IDBOpenDBRequest["onupgradeneeded"];
  }

  set onupgradeneeded(handler: IDBOpenDBRequest["onupgradeneeded"]) {
    this.setHandler("upgradeneeded", handler);
  }

  override get [Symbol.toStringTag](): string {
    return "IDBOpenDBRequest";
  }
}
