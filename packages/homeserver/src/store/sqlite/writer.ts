import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StoreError } from "../errors.ts";
import type { SqlValue, WriteOperation } from "../statement.ts";
import type { NewStatement, OpenRequest, WriterReply, WriterRequest } from "./writer-protocol.ts";

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/** The main thread's side of the writer thread. */
export class Writer implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #indices = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  readonly #listeners: ((error: StoreError) => void)[] = [];
  #failure: StoreError | undefined;
  #isClosing = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (reply: WriterReply) => this.#settle(reply));
    worker.on("error", (error) => this.fail(new StoreError("WRITER_DIED", "the thread that writes to the database has failed", error)));
    worker.on("exit", () => {
      if (this.#isClosing) this.fail(new StoreError("CLOSED", "the store is closed"));
      else this.fail(new StoreError("WRITER_DIED", "the thread that writes to the database has ended"));
    });
  }

  /**
   * Starts the thread and waits until its connection is open.
   *
   * @param prepare - Readies the file while the thread begins, which takes as long.
   * @throws {StoreError} `NOT_WRITABLE`, and whatever `prepare` throws.
   */
  static async start(path: string, prepare = (): void => {}): Promise<Writer> {
    const file = import.meta.url.endsWith(".ts") ? "./writer-thread.ts" : "./writer-thread.js";
    const worker = new Worker(new URL(file, import.meta.url), {
      name: "patrix-writer",
      // Batches are short-lived: without a limit they pile up to 128 MiB before they are collected.
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
    try {
      prepare();
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    try {
      // A worker has no origin; the rule means windows.
      // eslint-disable-next-line unicorn/require-post-message-target-origin
      worker.postMessage({ path } satisfies OpenRequest);
      await once(worker, "message");
    } catch (error) {
      throw new StoreError("NOT_WRITABLE", `${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`, error);
    }
    worker.unref();
    return new Writer(worker);
  }

  /** Calls back when nothing can be written any more. */
  onFailure(listener: (error: StoreError) => void): void {
    this.#listeners.push(listener);
  }

  /** Commits a batch; resolves when it is durable. */
  commit(batch: readonly WriteOperation[]): Promise<void> {
    const statements: NewStatement[] = [];
    const indices: number[] = [];
    const params: (readonly SqlValue[])[] = [];
    for (const { write, params: values } of batch) {
      let index = this.#indices.get(write.sql);
      if (index === undefined) {
        index = this.#indices.size;
        this.#indices.set(write.sql, index);
        statements.push({ index, sql: write.sql, isFence: write.isFence ?? false });
      }
      indices.push(index);
      params.push(values);
    }
    return this.#request({ kind: "commit", statements, indices, params });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    if (this.#failure) return void (await this.#worker.terminate());
    await this.#request({ kind: "close" });
    await this.#worker.terminate();
  }

  #request(request: WriterRequest): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      // A worker has no origin; the rule means windows.
      // eslint-disable-next-line unicorn/require-post-message-target-origin
      this.#worker.postMessage(request);
    });
  }

  #settle(reply: WriterReply): void {
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#worker.unref();
    if (reply.ok) waiting?.resolve();
    else {
      const error = new StoreError(reply.code, `nothing of the batch was stored: ${reply.message}`);
      waiting?.reject(error);
      if (reply.code !== "COMMIT_FAILED") this.fail(error);
    }
  }

  /** Refuses everything from now on, and says why to whoever listens. */
  fail(error: StoreError): void {
    const isFirst = this.#failure === undefined;
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure);
    if (isFirst && error.code !== "CLOSED") for (const listener of this.#listeners) listener(error);
  }
}
