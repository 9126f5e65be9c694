import { type AnyEndpoint, encodeError, type HttpResponse, MatrixError, matrixError } from "@patrix/api";
import { CurrentRequest } from "./current-request.ts";
import { MountError } from "./errors.ts";
import type { Answer, Exchange, Responder } from "./exchange.ts";
import type { HandledEndpoint } from "./handle.ts";
import { type HandlerResult, RawJson, Reply, StreamedReply } from "./reply.ts";
import { type RouteMatch, Router } from "./router.ts";
import type { RequestLine, ServeOptions } from "./serve-options.ts";

const NO_QUERY = new URLSearchParams();
const JSON_HEADERS: Record<string, string> = { "content-type": "application/json" };
const PREFLIGHT: HttpResponse = { status: 204, headers: { "access-control-max-age": "86400" }, body: "" };

/**
 * Joins endpoints and handlers to what answers the requests of any transport: routing, authentication, admission, decoding, and errors.
 * For adapters; programs take {@link serve}, or `nodeListener` of `@patrix/server/node`.
 *
 * @throws {MountError} `DUPLICATE_HANDLER`, or `NO_AUTHENTICATION` if an endpoint takes credentials and nothing checks them.
 */
export function createResponder<User>(handled: readonly HandledEndpoint<User>[], options: ServeOptions<User> = {}): Responder {
  const guarded = handled.find(({ endpoint }) => endpoint.auth !== "none");
  if (guarded && !options.authenticate)
    throw new MountError("NO_AUTHENTICATION", `${guarded.endpoint.id} takes credentials (${guarded.endpoint.auth}): give authenticate`);
  const router = new Router(handled);
  return async (exchange) => {
    try {
      const routed = route(router, options, exchange);
      if (!(routed instanceof CurrentRequest)) return routed;
      try {
        return await respond(routed, options);
      } finally {
        exchange.routed?.(routed.endpoint);
      }
    } catch (error) {
      return refuse(error, options, { method: exchange.method, path: exchange.uri.split("?", 1)[0] ?? "" });
    }
  };
}

/** Finds out where a request leads, or the answer if it leads to no handler. */
function route<User>(router: Router<User>, options: ServeOptions<User>, exchange: Exchange): CurrentRequest<User> | HttpResponse {
  const { method, uri } = exchange;
  if (method === "OPTIONS" && options.cors !== false) return PREFLIGHT;
  const queryAt = uri.indexOf("?");
  const match = router.find(queryAt < 0 ? uri : uri.slice(0, queryAt));
  if (!match) throw matrixError("M_UNRECOGNIZED", "the server does not know this endpoint");
  const leaf = match.leaves.get(method === "HEAD" ? "GET" : method);
  if (!leaf) return refuseMethod(method, match);
  const params = decodeParams(leaf.names, match.values);
  return new CurrentRequest(exchange, leaf, params, queryAt < 0 ? NO_QUERY : new URLSearchParams(uri.slice(queryAt + 1)));
}

/** Lets the first endpoint answer that takes the request; there are several where operations share a path. */
async function respond<User>(current: CurrentRequest<User>, options: ServeOptions<User>): Promise<Answer> {
  let refusal: unknown;
  current.pace = options.pace;
  for (const handled of current.candidates()) {
    current.enter(handled);
    // Most servers know most who ask, admit without waiting for anything, and most requests have no body.
    const asking = handled.endpoint.auth === "none" ? undefined : options.authenticate?.(current);
    current.requester = requireKnown(current, asking instanceof Promise ? await asking : asking);
    const admission = options.admit?.(current, current.requester);
    if (admission) await admission;
    handled.admit?.(current);
    let request: unknown;
    try {
      request = current.decode(current.hasBody ? await current.readBody() : undefined, options.parse);
    } catch (error) {
      refusal ??= error;
      continue;
    }
    return encode(handled.endpoint, await handled.handler(request, current));
  }
  throw refusal;
}

/** Checks that somebody asks whom the endpoint takes. */
function requireKnown<User>(current: CurrentRequest<User>, user: User | undefined): User | undefined {
  const { auth } = current.endpoint;
  if (user !== undefined || auth === "none") return user;
  if (auth === "signedRequest") throw matrixError("M_UNAUTHORIZED", "the request is not signed by a server");
  if (current.token !== undefined) throw matrixError("M_UNKNOWN_TOKEN", "the access token is not known", { soft_logout: false });
  if (auth !== "accessTokenOptional") throw matrixError("M_MISSING_TOKEN", "the request carries no access token");
  return undefined;
}

function encode(endpoint: AnyEndpoint, result: HandlerResult<unknown>): Answer {
  if (result instanceof RawJson) return { status: 200, headers: JSON_HEADERS, body: result.text };
  if (result instanceof StreamedReply) return result;
  if (!(result instanceof Reply)) return endpoint.response(result);
  const answer = endpoint.response(result.value, result.status);
  return { ...answer, headers: { ...answer.headers, ...result.headers } };
}

function refuse<User>(error: unknown, { mapError, onError = reportError }: ServeOptions<User>, request: RequestLine): HttpResponse {
  if (error instanceof MatrixError) return encodeError(error);
  try {
    const mapped = mapError?.(error, request);
    if (mapped) return mapped instanceof MatrixError ? encodeError(mapped) : mapped;
    onError(error, request);
  } catch (failure) {
    reportError(failure, request);
  }
  return encodeError(new MatrixError(500, "M_UNKNOWN", "the server could not answer"));
}

function reportError(error: unknown, { method, path }: RequestLine): void {
  console.error(`${method} ${path} failed:`, error);
}

function refuseMethod<User>(method: string, { leaves }: RouteMatch<User>): HttpResponse {
  const answer = encodeError(new MatrixError(405, "M_UNRECOGNIZED", `the endpoint does not have the method ${method}`));
  return { ...answer, headers: { ...answer.headers, allow: [...leaves.keys()].join(", ") } };
}

function decodeParams(names: readonly string[], values: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    params[name] = decodeParam(name, values[index] ?? "");
  }
  return params;
}

function decodeParam(name: string, encoded: string): string {
  let value: string;
  try {
    value = decodeURIComponent(encoded);
  } catch {
    throw matrixError("M_INVALID_PARAM", `path variable ${name}: the percent-encoding is malformed`);
  }
  if (value.includes("\0")) throw matrixError("M_INVALID_PARAM", `path variable ${name}: NUL is not allowed`);
  return value;
}
