import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AnyEndpoint } from "@patrix/api";
import { corsHeaders } from "../cors-headers.ts";
import { createResponder } from "../create-responder.ts";
import type { HandledEndpoint } from "../handle.ts";
import { DEFAULT_BODY_TIMEOUT_MS, DEFAULT_MAX_BODY_BYTES, type ServeOptions } from "../serve-options.ts";
import { NodeExchange, type NodeExchangeSettings } from "./node-exchange.ts";
import { WaitingRequests } from "./waiting-requests.ts";
import { writeAnswer } from "./write-answer.ts";

/** How endpoints are served on Node. */
export interface NodeOptions<User> extends ServeOptions<User> {
  /** The address of a client, for servers behind a proxy. Default: the address of the connection. */
  readonly clientAddress?: ((incoming: IncomingMessage) => string) | undefined;
  /** Told of each request when its answer is out, or its connection is gone. */
  readonly onAnswered?: ((answered: AnsweredRequest) => void) | undefined;
}

/** A request that is over, for logs and metrics. */
export interface AnsweredRequest {
  readonly method: string;
  /** Without the query, which may hold a token. */
  readonly path: string;
  /** `undefined` where the path or the method leads to none. */
  readonly endpoint: AnyEndpoint | undefined;
  readonly status: number;
  /** From the head of the request to the end of the answer, in milliseconds. */
  readonly durationMs: number;
  /** Size of the answer with its head. */
  readonly sizeBytes: number;
  /** Whether the whole answer went out. */
  readonly isComplete: boolean;
}

/**
 * Serves endpoints as the request listener of an `http` or `https` server.
 *
 * @throws {MountError} `DUPLICATE_HANDLER`, or `NO_AUTHENTICATION` if an endpoint takes credentials and nothing checks them.
 * @example
 * createServer(nodeListener([handle(notify, async ({ body }) => ({ rejected: await deliver(body.notification) }))])).listen(8080);
 */
export function nodeListener<User>(handled: readonly HandledEndpoint<User>[], options: NodeOptions<User> = {}): RequestListener {
  const { clientAddress = addressOfPeer, bodyTimeoutMs = DEFAULT_BODY_TIMEOUT_MS, cors = true, signal } = options;
  const respond = createResponder(handled, options);
  const waiting = new WaitingRequests(signal);
  const settings: NodeExchangeSettings = { clientAddress, bodyTimeoutMs, waiting };
  const common = cors ? Object.entries(corsHeaders).flat() : [];
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const exchange = new NodeExchange(incoming, response, settings);
    if (options.onAnswered) noteEnd(exchange, { incoming, response, note: options.onAnswered });
    const found = await respond(exchange);
    if (response.destroyed) return;
    const isRefused = "status" in found && found.status >= 400;
    // An unread body would be taken for the next request's head, or be read to no purpose.
    if (waiting.isClosing || (!incoming.complete && (isRefused || isLarge(incoming)))) response.shouldKeepAlive = false;
    writeAnswer(response, found, common);
  };
  return (incoming, response) => void answer(incoming, response);
}

interface EndToNote {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly note: (answered: AnsweredRequest) => void;
}

function noteEnd(exchange: NodeExchange, { incoming, response, note }: EndToNote): void {
  const begunMs = performance.now();
  const { socket } = incoming;
  const writtenBefore = socket.bytesWritten;
  response.once("close", () =>
    note({
      method: exchange.method,
      path: exchange.uri.split("?", 1)[0] ?? "",
      endpoint: exchange.endpoint,
      status: response.statusCode,
      durationMs: performance.now() - begunMs,
      sizeBytes: socket.bytesWritten - writtenBefore,
      isComplete: response.writableFinished,
    }),
  );
}

function addressOfPeer({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? "";
}

function isLarge({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > DEFAULT_MAX_BODY_BYTES;
}
