import type { HttpResponse, MatrixError, ParseOptions } from "@patrix/api";
import type { Authenticate } from "./authenticate.ts";
import type { RequestHead } from "./request-context.ts";

/** Which request an error is about. */
export interface RequestLine {
  readonly method: string;
  /** Without the query, which may hold a token. */
  readonly path: string;
}

/**
 * Turns what a handler or a hook threw into the answer; `undefined` for what it does not know. It is not asked for a
 * {@link MatrixError}, which is its own answer.
 */
export type MapError = (error: unknown, request: RequestLine) => MatrixError | HttpResponse | undefined;

/** How endpoints are served, whatever the transport. */
export interface ServeOptions<User> {
  /** Finds out who asks. Needed as soon as one endpoint takes credentials. */
  readonly authenticate?: Authenticate<User> | undefined;
  /** Decides whether a request goes on, before its body is read: limits of rates, guests, scopes. It refuses by throwing. */
  readonly admit?: ((request: RequestHead, user: User | undefined) => void | Promise<void>) | undefined;
  /**
   * Asked before a JSON body over 32 KiB is parsed, which can take a while: resolves when it may. It lets a server take one large
   * body after the other instead of all that arrive at once.
   */
  readonly pace?: (() => Promise<void> | undefined) | undefined;
  readonly mapError?: MapError | undefined;
  /** Takes the errors that nothing maps, which are answered with 500 and without their text. Default: `console.error`. */
  readonly onError?: ((error: unknown, request: RequestLine) => void) | undefined;
  /**
   * How requests are checked where their handler does not say. Default: leniently what servers send (signed requests, and those of homeservers
   * to application services) and bodies that are forms, strictly all else.
   */
  readonly parse?: ParseOptions | undefined;
  /** Whether web pages of every origin may read the answers. Default: `true`. */
  readonly cors?: boolean | undefined;
  /** The time that a whole body may take to arrive, in milliseconds; uploads are not limited. Default: 30,000. */
  readonly bodyTimeoutMs?: number | undefined;
  /** Aborted when the server closes: what waits then ends. */
  readonly signal?: AbortSignal | undefined;
}

/** Largest body where the handler sets no other limit. */
export const DEFAULT_MAX_BODY_BYTES = 1_048_576;
/** From which size on {@link ServeOptions.pace} is asked. */
export const PACED_BODY_BYTES = 32_768;
/** {@link ServeOptions.bodyTimeoutMs} if left out. */
export const DEFAULT_BODY_TIMEOUT_MS = 30_000;
