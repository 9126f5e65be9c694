import type { EventId } from "@patrix/identifiers";
import type { RequestFailure } from "../errors.ts";
import { type Live, LiveValue } from "../live/live.ts";

/** Where a send stands. */
export type SendingState = "queued" | "uploading" | "sending" | "sent" | "failed" | "cancelled";

/** How much of a file was transferred, in bytes. */
export interface Progress {
  readonly sent: number;
  readonly total: number;
}

/**
 * An event on its way: await it for the event ID, or keep it to watch, abort or retry it. Whatever happens, at most one
 * event comes of it, as long as the user stays on one device: servers tell transactions apart by device. A failure that nobody awaits is no unhandled rejection; it stays in `client.outbox`.
 */
export interface Sending extends Promise<EventId> {
  /** The transaction ID: the same over retries and restarts. */
  readonly txnId: string;
  readonly state: Live<SendingState>;
  readonly progress: Live<Progress | undefined>;
  /** Takes the event back; `false` if it may have been sent already. */
  abort(): Promise<boolean>;
  /** Queues a failed send again. */
  retry(): void;
  /** Why it failed. */
  readonly error: RequestFailure | undefined;
}

/** What a {@link SendingHandle} asks its outbox to do. */
export interface SendingOwner {
  abort(): Promise<boolean>;
  retry(): void;
}

/** The {@link Sending} of an entry of the outbox. */
export class SendingHandle implements Sending {
  readonly [Symbol.toStringTag] = "Sending";
  readonly txnId: string;
  readonly state: LiveValue<SendingState> = new LiveValue<SendingState>("queued");
  readonly progress: LiveValue<Progress | undefined> = new LiveValue<Progress | undefined>(undefined);
  readonly #owner: SendingOwner;
  #outcome: PromiseWithResolvers<EventId> = quietPromise();
  #error: RequestFailure | undefined;

  constructor(txnId: string, owner: SendingOwner) {
    this.txnId = txnId;
    this.#owner = owner;
  }

  get error(): RequestFailure | undefined {
    return this.#error;
  }

  /** The event was sent. */
  succeed(eventId: EventId): void {
    this.state.set("sent");
    this.#outcome.resolve(eventId);
  }

  /** The event will not be sent, or, where it stays queued, not while anybody waits for it. */
  fail(state: "failed" | "cancelled" | "queued", error: RequestFailure): void {
    this.#error = error;
    this.state.set(state);
    this.#outcome.reject(error);
  }

  /** Makes a failed send hopeful again. */
  reopen(): void {
    if (this.#error === undefined) return;
    this.#error = undefined;
    this.#outcome = quietPromise();
    this.state.set("queued");
  }

  abort(): Promise<boolean> {
    return this.#owner.abort();
  }

  retry(): void {
    this.#owner.retry();
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a send is a promise of its event ID
  then<A = EventId, B = never>(
    onFulfilled?: ((eventId: EventId) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#outcome.promise.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<EventId | B> {
    return this.#outcome.promise.catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<EventId> {
    return this.#outcome.promise.finally(onFinally);
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function quietPromise<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
