import type { Connection, Submittable } from "pg";

/** A statement of a batch, ready to be sent. */
export interface SentStatement {
  /** The name under which the server keeps it. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly (string | Buffer | null)[];
}

/** The messages of PostgreSQL's extended protocol that a batch is made of. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string }): void;
  bind(message: { statement: string; values: readonly unknown[] }): void;
  execute(message: object): void;
  sync(): void;
}

/**
 * A batch in one piece: every statement is bound and executed, and one sync ends it. The server takes what stands before a sync as one
 * transaction: it commits at the sync, and after an error it skips the rest and keeps nothing.
 */
export class WriteBatch implements Submittable {
  /** Resolves once it is durable; rejects with the error of the server, or of the connection. */
  readonly done: Promise<void>;
  readonly #statements: readonly SentStatement[];
  readonly #parsed: Set<string>;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  /** @param parsed The names of the statements that the server has on this connection; new ones are added. */
  constructor(statements: readonly SentStatement[], parsed: Set<string>) {
    this.#statements = statements;
    this.#parsed = parsed;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    // The declared types of these methods are those of the driver's early releases.
    const wire = connection as Connection & Wire;
    wire.stream.cork();
    for (const { name, text, values } of this.#statements) {
      if (!this.#parsed.has(name)) wire.parse({ name, text });
      this.#parsed.add(name);
      wire.bind({ statement: name, values });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }

  /** An error of the server, after which it answers no statement of the batch; or the end of the connection. */
  handleError(error: unknown): void {
    this.#reject(error);
  }

  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
}
