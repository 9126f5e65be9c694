import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { matrixError } from "@patrix/api";
import type { Requester } from "./requester.ts";

/** Why waiting ends; one object for all, since making an error for each is slow. */
const GONE = "the client has gone or the server closes";

/** What a handler knows of its request besides the typed parts. */
export class RequestContext {
  /** Who asks; `undefined` where the endpoint takes no token or the request carries none. */
  readonly requester: Requester | undefined;
  readonly clientIp: string;
  /** The request itself: the body of uploads is read from it. */
  readonly incoming: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #open: Set<AbortController>;
  #controller: AbortController | undefined;

  /** @param open Collects the aborters of requests that wait, so that a closing server can end them. */
  constructor(
    incoming: IncomingMessage,
    response: ServerResponse,
    requester: Requester | undefined,
    clientIp: string,
    open: Set<AbortController>,
  ) {
    this.incoming = incoming;
    this.#response = response;
    this.requester = requester;
    this.clientIp = clientIp;
    this.#open = open;
  }

  /** Who asks. @throws {MatrixError} `M_MISSING_TOKEN` if the request carries no token. */
  get user(): Requester {
    if (!this.requester) throw matrixError("M_MISSING_TOKEN", "the request carries no access token");
    return this.requester;
  }

  /** The request headers, by lower-case name. */
  get headers(): IncomingHttpHeaders {
    return this.incoming.headers;
  }

  /** Aborted when the client goes away or the server closes. Made on first use, since most requests never wait. */
  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const controller = new AbortController();
    this.#controller = controller;
    this.#open.add(controller);
    this.#response.once("close", () => {
      this.#open.delete(controller);
      controller.abort(GONE);
    });
    if (this.#response.destroyed) controller.abort(GONE);
    return controller.signal;
  }
}
