import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { StoreError } from "../errors.ts";
import type { WriteOperation } from "../statement.ts";
import type { OutageListener } from "../store.ts";
import { connect } from "./connect.ts";
import { claimDatabase, COUNT_COMMIT, endSession, openDatabase, readOwnership } from "./database.ts";
import { FENCE_FAILED, toFence, toPostgres } from "./dialect.ts";
import { failureOf, isOutage, messageOf, sqlState } from "./failure.ts";
import { encodeValue } from "./values.ts";
import { type SentStatement, WriteBatch } from "./write-batch.ts";

/** How long the server may take for a batch before the connection is given up, in milliseconds. */
const ANSWER_TIMEOUT_MS = 60_000;
/** How long to wait between two attempts to connect, at first and at most. */
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 1_000;

interface Waiting {
  readonly batch: readonly WriteOperation[];
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
  /** The number under which it was sent, as long as it is not known whether it was kept. */
  sentAs: number | undefined;
}

/** A connection that holds the database's lock. */
interface WritingConnection {
  readonly client: Client;
  /** The number of the server's process behind it. */
  readonly pid: number;
  /** The statements that the server keeps for it. */
  readonly parsed: Set<string>;
}

/** Where and for how long a writer tries. */
export interface WriterOptions {
  readonly url: string;
  /** How long batches wait for a server that does not answer, in milliseconds. */
  readonly patienceMs: number;
}

/**
 * The one connection that writes. Batches go one after another, each as one transaction that also counts itself: after a lost connection
 * the count tells whether the batch under way was kept, and it is sent again only if it was not.
 */
export class Writer implements AsyncDisposable {
  readonly #options: WriterOptions;
  readonly #statements = new Map<string, { readonly name: string; readonly text: string }>();
  readonly #queue: Waiting[] = [];
  readonly #closing = new AbortController();
  readonly #failureListeners: ((error: StoreError) => void)[] = [];
  readonly #outageListeners: OutageListener[] = [];
  #owner = "";
  #commits = 0;
  #connection: WritingConnection | undefined;
  #lastPid = 0;
  #failure: StoreError | undefined;
  #isRunning = false;
  #running: Promise<void> | undefined;

  private constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Claims the database, brings its schema up to date and takes it over. @throws {StoreError} As `PostgresStore.open` does. */
  static async start(options: WriterOptions): Promise<Writer> {
    const writer = new Writer(options);
    const connection = await writer.#connect();
    try {
      const { owner, commits } = await openDatabase(connection.client);
      writer.#owner = owner;
      writer.#commits = commits;
      writer.#lastPid = connection.pid;
    } catch (error) {
      writer.#closing.abort();
      await connection.client.end();
      throw error;
    }
    writer.#connection = connection;
    return writer;
  }

  /** Calls back when nothing can be written any more. */
  onFailure(listener: (error: StoreError) => void): void {
    this.#failureListeners.push(listener);
  }

  /** Calls back when the server stops answering, and when it answers again. */
  onOutage(listener: OutageListener): void {
    this.#outageListeners.push(listener);
  }

  /** Commits a batch; resolves when it is durable. */
  commit(batch: readonly WriteOperation[]): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#closing.signal.aborted) return Promise.reject(new StoreError("CLOSED", "the store is closed"));
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject, sentAs: undefined });
      this.#start();
    });
  }

  /** Refuses everything from now on, and says why to whoever listens. */
  fail(error: StoreError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const { reject } of this.#queue.splice(0)) reject(error);
    for (const listener of this.#failureListeners) listener(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#connection?.client.end();
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /** Works as long as a batch waits or the connection is lost. */
  async #run(): Promise<void> {
    while (!this.#failure) {
      const connection = this.#connection ?? (await this.#reconnect());
      const next = this.#queue[0];
      if (!connection || !next) break;
      await this.#send(next, connection);
    }
    // In the same tick as the look at the queue, so that no batch comes between.
    this.#isRunning = false;
  }

  async #send(waiting: Waiting, connection: WritingConnection): Promise<void> {
    const number = this.#commits + 1;
    const batch = new WriteBatch(this.#prepare(waiting.batch, number), connection.parsed);
    waiting.sentAs = number;
    const timer = setTimeout(() => void connection.client.end(), ANSWER_TIMEOUT_MS);
    try {
      connection.client.query(batch);
      await batch.done;
      this.#kept(waiting, number);
    } catch (error) {
      // Whether it was kept is found out at the next connection.
      if (isOutage(error)) return this.#lose(connection);
      waiting.sentAs = undefined;
      this.#refuse(waiting, error);
      await this.#forgetStatements(connection);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The statements of a batch, the first of which counts it. */
  #prepare(batch: readonly WriteOperation[], number: number): SentStatement[] {
    const count = { name: "count", text: toFence(COUNT_COMMIT), values: [String(number), this.#owner] };
    return [
      count,
      ...batch.map(({ write, params }): SentStatement => {
        let statement = this.#statements.get(write.sql);
        if (!statement) {
          const { text } = toPostgres(write.sql);
          statement = { name: `write${this.#statements.size}`, text: write.isFence ? toFence(text) : text };
          this.#statements.set(write.sql, statement);
        }
        return { ...statement, values: params.map((value) => encodeValue(value, false)) };
      }),
    ];
  }

  #kept(waiting: Waiting, number: number): void {
    this.#commits = number;
    this.#queue.shift();
    waiting.resolve();
  }

  #refuse(waiting: Waiting, error: unknown): void {
    const code = sqlState(error) === FENCE_FAILED ? "FENCED" : failureOf(error);
    const message = code === "FENCED" ? "another process writes to the database" : messageOf(error);
    const refusal = new StoreError(code, `nothing of the batch was stored: ${message}`, error);
    this.#queue.shift();
    waiting.reject(refusal);
    if (code !== "COMMIT_FAILED") this.fail(refusal);
  }

  /** After a batch that failed it is not known which of its new statements the server keeps. */
  async #forgetStatements(connection: WritingConnection): Promise<void> {
    connection.parsed.clear();
    await connection.client.query("deallocate all").catch(() => this.#lose(connection));
  }

  #lose(connection: WritingConnection): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.client.end().catch(() => {});
    if (!this.#closing.signal.aborted && !this.#failure) this.#start();
  }

  async #connect(): Promise<WritingConnection> {
    let connection: WritingConnection | undefined;
    const lost = (): void => {
      if (connection) this.#lose(connection);
    };
    const client = await connect(this.#options.url, { isPipelined: false, lost });
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    connection = { client, pid: rows[0]?.pid ?? 0, parsed: new Set() };
    return connection;
  }

  /** Tries until there is a connection. @returns `undefined` if the store is closed or has failed meanwhile. */
  async #reconnect(): Promise<WritingConnection | undefined> {
    const { signal } = this.#closing;
    const since = performance.now();
    let isTold = false;
    for (let retryMs = FIRST_RETRY_MS; !signal.aborted && !this.#failure; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      try {
        this.#connection = await this.#resume();
        if (isTold) for (const listener of this.#outageListeners) listener(undefined);
        return this.#connection;
      } catch (error) {
        if (error instanceof StoreError) this.fail(error);
        else if (!isTold) for (const listener of this.#outageListeners) listener(messageOf(error));
        isTold = true;
      }
      if (performance.now() - since > this.#options.patienceMs) this.#giveUpUnsent();
      await pause(retryMs, undefined, { signal }).catch(() => {});
    }
    for (const { reject } of this.#queue.splice(0)) reject(new StoreError("CLOSED", "the store is closed"));
    return undefined;
  }

  /** Refuses what waits and was never sent. What was sent may be stored, and waits until that is known. */
  #giveUpUnsent(): void {
    const unsent = this.#queue.filter(({ sentAs }) => sentAs === undefined);
    this.#queue.splice(0, this.#queue.length, ...this.#queue.filter(({ sentAs }) => sentAs !== undefined));
    for (const { reject } of unsent) reject(new StoreError("UNAVAILABLE", "nothing of the batch was stored: the database does not answer"));
  }

  /** Connects anew, and finds out whether the batch under way was kept. */
  async #resume(): Promise<WritingConnection> {
    const connection = await this.#connect();
    try {
      await endSession(connection.client, this.#lastPid);
      const isOurs = await claimDatabase(connection.client);
      const { owner, commits } = await readOwnership(connection.client);
      if (owner !== this.#owner) throw new StoreError("FENCED", "another process has taken over the database");
      if (!isOurs) throw new Error("the database is still locked by an earlier connection");
      this.#settleSent(commits);
    } catch (error) {
      connection.client.end().catch(() => {});
      throw error;
    }
    this.#lastPid = connection.pid;
    return connection;
  }

  #settleSent(commits: number): void {
    const [first] = this.#queue;
    if (first && commits === first.sentAs) return this.#kept(first, commits);
    if (commits !== this.#commits) throw new StoreError("FENCED", "the database has been put back to an earlier state");
    if (first) first.sentAs = undefined;
  }
}
