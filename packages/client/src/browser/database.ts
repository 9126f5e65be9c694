import { ClientError } from "../errors.ts";

/** The object stores of a {@link Database}. */
export type DatabaseTable = "entries" | "meta";

const version = 1;

/** A database of the browser's IndexedDB, whose errors say what happened to it. */
export class Database {
  readonly #database: IDBDatabase;
  readonly #onLost: (error: ClientError) => void;
  #lost: ClientError | undefined;

  private constructor(database: IDBDatabase, onLost: (error: ClientError) => void) {
    this.#database = database;
    this.#onLost = onLost;
    database.addEventListener("close", () => this.lose("the browser has taken back what the site had stored, or the user has deleted it"));
    // Whoever deletes it waits until it is closed.
    database.addEventListener("versionchange", () => this.lose("what the site had stored was deleted"));
  }

  /** Opens a database, or makes it. @throws {ClientError} `UNSUPPORTED_PLATFORM`, `STORE_LOST`, `STORAGE_FULL`. */
  static async open(name: string, onLost: (error: ClientError) => void): Promise<Database> {
    const factory: IDBFactory | undefined = globalThis.indexedDB;
    if (factory === undefined) throw new ClientError("UNSUPPORTED_PLATFORM", "there is no IndexedDB here");
    try {
      const request = factory.open(name, version);
      request.addEventListener("upgradeneeded", () => {
        for (const table of ["entries", "meta"] satisfies DatabaseTable[]) request.result.createObjectStore(table);
      });
      return new Database(await settled(request), onLost);
    } catch (error) {
      throw await describe(error);
    }
  }

  /**
   * Uses a table in a transaction of its own, which ends when nothing more is asked for; what was written is on the disk then.
   *
   * @throws {ClientError} `STORAGE_FULL`, in which case nothing was written; `STORE_LOST`.
   */
  async transact<T>(mode: "readonly" | "readwrite", table: DatabaseTable, use: (store: IDBObjectStore) => T): Promise<Awaited<T>> {
    if (this.#lost) throw this.#lost;
    try {
      const transaction = this.#database.transaction(table, mode, { durability: "strict" });
      const ended = new Promise<void>((resolve, reject) => {
        transaction.addEventListener("complete", () => resolve());
        transaction.addEventListener("abort", () =>
          reject(transaction.error ?? new DOMException("the transaction was aborted", "AbortError")),
        );
      });
      const [, result] = await Promise.all([ended, useOrAbort(transaction, () => use(transaction.objectStore(table)))]);
      return result;
    } catch (error) {
      throw this.#lost ?? (await describe(error));
    }
  }

  /** Is used no more, for a reason that everybody is told who tries. */
  lose(reason: string): void {
    if (this.#lost) return;
    this.#lost = new ClientError("STORE_LOST", reason);
    this.#database.close();
    this.#onLost(this.#lost);
  }

  close(): void {
    this.#database.close();
  }
}

/** A request that fails aborts its transaction by itself; so does one that cannot be made. */
async function useOrAbort<T>(transaction: IDBTransaction, use: () => T): Promise<Awaited<T>> {
  try {
    return await use();
  } catch (error) {
    abortQuietly(transaction);
    throw error;
  }
}

function abortQuietly(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It is over already.
  }
}

/** The result of a request. */
export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("a request of IndexedDB failed")));
  });
}

/** Gives errors of IndexedDB a code of this package. */
async function describe(error: unknown): Promise<unknown> {
  if (error instanceof ClientError || !(error instanceof DOMException)) return error;
  if (error.name === "QuotaExceededError")
    return new ClientError("STORAGE_FULL", `there is no space left for what the site stores${await usage()}; nothing was written`, error);
  if (error.name === "SecurityError")
    return new ClientError("UNSUPPORTED_PLATFORM", `the browser lets the site store nothing: ${error.message}`, error);
  return new ClientError("STORE_LOST", `what the site has stored cannot be used: ${error.name}: ${error.message}`, error);
}

async function usage(): Promise<string> {
  const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
  try {
    const { usage: used, quota } = await globalThis.navigator.storage.estimate();
    return used === undefined || quota === undefined ? "" : ` (${megabytes(used)} of ${megabytes(quota)} MB are used)`;
  } catch {
    return "";
  }
}
