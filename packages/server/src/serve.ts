import { createResponder } from "./create-responder.ts";
import { FetchExchange, toResponse } from "./fetch-exchange.ts";
import type { HandledEndpoint } from "./handle.ts";
import type { ServeOptions } from "./serve-options.ts";

/** What a platform knows of a request besides the `Request`. */
export interface FetchInfo {
  /** Network address of the client. */
  readonly clientAddress?: string | undefined;
}

/** Answers a request of the Fetch standard; never rejects. */
export type FetchHandler = (request: Request, info?: FetchInfo) => Promise<Response>;

/**
 * Serves endpoints as a handler of the Fetch standard, for Deno, Bun, workers and tests. On Node, `nodeListener` of `@patrix/server/node`
 * does the same without making a `Request` and a `Response` each time.
 *
 * @throws {MountError} `DUPLICATE_HANDLER`, or `NO_AUTHENTICATION` if an endpoint takes credentials and nothing checks them.
 * @example
 * const fetchHandler = serve([handle(notify, async ({ body }) => ({ rejected: await deliver(body.notification) }))]);
 * Deno.serve((request, info) => fetchHandler(request, { clientAddress: info.remoteAddr.hostname }));
 */
export function serve<User>(handled: readonly HandledEndpoint<User>[], options: ServeOptions<User> = {}): FetchHandler {
  const respond = createResponder(handled, options);
  return async (request, info = {}) => {
    const answer = await respond(new FetchExchange(request, info.clientAddress ?? "", options));
    return toResponse(answer, { isHead: request.method === "HEAD", cors: options.cors !== false });
  };
}
