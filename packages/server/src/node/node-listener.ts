import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
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
    const found = await respond(new NodeExchange(incoming, response, settings));
    if (response.destroyed) return;
    const isRefused = "status" in found && found.status >= 400;
    // An unread body would be taken for the next request's head, or be read to no purpose.
    if (waiting.isClosing || (!incoming.complete && (isRefused || isLarge(incoming)))) response.shouldKeepAlive = false;
    writeAnswer(response, found, common);
  };
  return (incoming, response) => void answer(incoming, response);
}

function addressOfPeer({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? "";
}

function isLarge({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > DEFAULT_MAX_BODY_BYTES;
}
