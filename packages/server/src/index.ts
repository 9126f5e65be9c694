/**
 * Serving of declared endpoints: routes, bodies, authentication, errors and CORS, as a handler of the Fetch standard.
 *
 * @packageDocumentation
 */
export type { Authenticate } from "./authenticate.ts";
export { byHomeserverToken } from "./by-homeserver-token.ts";
export { createResponder } from "./create-responder.ts";
export * from "./errors.ts";
export type { Answer, Exchange, Responder } from "./exchange.ts";
export * from "./handle.ts";
export {
  rawJson,
  reply,
  streamedReply,
  type HandlerResult,
  type RawJson,
  type Reply,
  type StreamedReply,
  type StreamHead,
} from "./reply.ts";
export type { RequestContext, RequestHead } from "./request-context.ts";
export { type FetchHandler, type FetchInfo, serve } from "./serve.ts";
export { DEFAULT_MAX_BODY_BYTES, type MapError, type RequestLine, type ServeOptions } from "./serve-options.ts";
