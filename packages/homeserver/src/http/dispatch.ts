import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { MatrixError, matrixError } from "@patrix/api";
import { authenticate, type TokenLookup } from "./authenticate.ts";
import { corsHeaders } from "./cors.ts";
import { guestOperations } from "./guest-access.ts";
import { RawJson, type Registration, Reply, StreamedFile, StreamedReply } from "./handler.ts";
import type { Logger } from "./logger.ts";
import { type ErrorMapping, mapError } from "./map-error.ts";
import { rateLimitAction, type RateLimiter } from "./rate-limits.ts";
import { DEFAULT_MAX_BODY_BYTES, readJson } from "./read-body.ts";
import { RequestContext } from "./request-context.ts";
import type { Requester } from "./requester.ts";
import type { Router } from "./router.ts";
import { writeFile, writeJson, writeResponse, writeStream } from "./write-response.ts";

/** What answering a request needs. */
export interface DispatchSettings {
  readonly router: Router;
  readonly lookup: TokenLookup;
  /** Left out where rates are not limited. */
  readonly limiter: RateLimiter | undefined;
  readonly errorMappings: readonly ErrorMapping[];
  readonly logger: Logger;
  /** The aborters of the requests that wait. */
  readonly open: Set<AbortController>;
}

const NO_QUERY = new URLSearchParams();
const NO_BYTES = new Uint8Array();

/** Answers one request; never throws. */
export async function dispatch(settings: DispatchSettings, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/" } = incoming;
  try {
    if (method === "OPTIONS") {
      response.writeHead(204, [...corsHeaders, "access-control-max-age", "86400"]);
      response.end();
      return;
    }
    await answer(settings, incoming, response, method, url);
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else {
      // An unread body would be taken for the next request's head, or be read to no purpose.
      if (!incoming.complete) response.shouldKeepAlive = false;
      const path = url.split("?", 1)[0] ?? "";
      writeResponse(response, mapError(error, settings.errorMappings, settings.logger, `${method} ${path}`));
    }
  }
}

async function answer(
  settings: DispatchSettings,
  incoming: IncomingMessage,
  response: ServerResponse,
  method: string,
  url: string,
): Promise<void> {
  const queryAt = url.indexOf("?");
  const match = settings.router.find(queryAt < 0 ? url : url.slice(0, queryAt));
  if (!match) throw matrixError("M_UNRECOGNIZED", "the server does not know this endpoint");
  const leaf = match.methods.get(method === "HEAD" ? "GET" : method);
  if (!leaf) throw new MatrixError(405, "M_UNRECOGNIZED", `the endpoint does not have the method ${method}`);
  const { registration, names } = leaf;
  const { endpoint } = registration;
  const params = decodeParams(names, match.values);
  const query = queryAt < 0 ? NO_QUERY : new URLSearchParams(url.slice(queryAt + 1));
  const clientIp = clientAddress(incoming);
  const requester = endpoint.auth === "none" ? undefined : await authenticate(endpoint.auth, incoming, query, settings.lookup, clientIp);
  admit(settings, registration, requester, clientIp);
  const request = endpoint.parseRequest({
    params,
    query,
    headers: headersOf(incoming),
    body: await readRequestBody(registration, incoming),
  });
  const context = new RequestContext(incoming, response, requester, clientIp, settings.open);
  const result = await registration.handler(request, context);
  if (response.destroyed) return;
  if (!incoming.complete && isLargeBody(incoming)) response.shouldKeepAlive = false;
  if (result instanceof RawJson) writeJson(response, result.text);
  else if (result instanceof StreamedFile) await writeFile(response, result, method === "HEAD");
  else if (result instanceof StreamedReply) await writeStream(response, result, method === "HEAD");
  else if (result instanceof Reply) writeResponse(response, endpoint.response(result.value, result.status), result.headers);
  else writeResponse(response, endpoint.response(result));
}

function admit({ limiter }: DispatchSettings, { endpoint }: Registration, requester: Requester | undefined, clientIp: string): void {
  if (requester?.isGuest && !guestOperations.has(endpoint.id))
    throw matrixError("M_GUEST_ACCESS_FORBIDDEN", `guests may not use ${endpoint.id}`);
  const action = limiter && rateLimitAction(endpoint.id, endpoint.rateLimited);
  if (action) limiter.take(action, requester?.userId ?? clientIp);
}

async function readRequestBody({ endpoint, maxBodyBytes }: Registration, incoming: IncomingMessage): Promise<unknown> {
  const model = endpoint.models.body;
  if (!model) return undefined;
  return model.kind === "bytes" ? NO_BYTES : await readJson(incoming, maxBodyBytes);
}

function decodeParams(names: readonly string[], values: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    try {
      params[name] = decodeURIComponent(values[index] ?? "");
    } catch {
      throw matrixError("M_INVALID_PARAM", `path variable ${name}: the percent-encoding is malformed`);
    }
  }
  return params;
}

function isLargeBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > DEFAULT_MAX_BODY_BYTES;
}

/** The address of the client; behind a proxy on the same machine, the one that the proxy names. */
function clientAddress(incoming: IncomingMessage): string {
  const peer = incoming.socket.remoteAddress ?? "";
  const forwarded = incoming.headers["x-forwarded-for"];
  if (forwarded === undefined || !/^(?:::ffff:)?127\.|^::1$/.test(peer)) return peer;
  const last = (Array.isArray(forwarded) ? forwarded.join(",") : forwarded).split(",").at(-1)?.trim() ?? "";
  return isIP(last) === 0 ? peer : last;
}

/** Node joins repeated headers to one text, all but `set-cookie`, which no request has. */
function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- joined texts, see above
  return headers as Record<string, string | undefined>;
}
