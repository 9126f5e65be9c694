import type { ServerResponse } from "node:http";

/** Why waiting ends; one object for all, since making an error for each is slow. */
const GONE = "the client has gone or the server closes";

/** Ends the requests that wait when their client goes away or the server closes. */
export class WaitingRequests {
  readonly #open = new Set<AbortController>();
  readonly #closing: AbortSignal | undefined;

  constructor(closing: AbortSignal | undefined) {
    this.#closing = closing;
    closing?.addEventListener("abort", () => {
      for (const controller of this.#open) controller.abort(GONE);
    });
  }

  /** Whether the server closes. */
  get isClosing(): boolean {
    return this.#closing?.aborted === true;
  }

  /** A signal for a request that may wait. */
  add(response: ServerResponse): AbortSignal {
    const controller = new AbortController();
    this.#open.add(controller);
    response.once("close", () => {
      this.#open.delete(controller);
      // Nobody waits behind an answer that is out, and telling them so would cost each request an event.
      if (!response.writableFinished) controller.abort(GONE);
    });
    if (response.destroyed || this.isClosing) controller.abort(GONE);
    return controller.signal;
  }
}
