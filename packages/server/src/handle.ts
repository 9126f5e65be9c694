import type { AnyEndpoint, Endpoint, ParseOptions } from "@patrix/api";
import type { HandlerResult } from "./reply.ts";
import type { RequestContext } from "./request-context.ts";

/** Answers the requests of one endpoint. */
export type Handler<Req, Res, User> = (request: Req, context: RequestContext<User>) => HandlerResult<Res> | Promise<HandlerResult<Res>>;

/** Settings of one handler. */
export interface HandleOptions<in User = unknown> {
  /** Largest body in bytes; 1 MiB if left out. */
  readonly maxBodyBytes?: number | undefined;
  /** How requests are checked; as the options of serving say if left out. */
  readonly parse?: ParseOptions | undefined;
  /**
   * For an operation that shares its path with another one and differs in the query: which requests are its own. It answers those
   * alone, also where it refuses them, and the others go to the operations without such a test.
   */
  readonly when?: ((query: URLSearchParams) => boolean) | undefined;
  /** Refuses, by throwing, who may not ask at all: before the body is read, so that nobody is told what is wrong with it first. */
  readonly admit?: ((context: RequestContext<User>) => void) | undefined;
}

/** An endpoint with its handler, ready to be served; made by {@link handle} and {@link handleUpload}. */
export interface HandledEndpoint<in User> extends HandleOptions<User> {
  readonly endpoint: AnyEndpoint;
  readonly handler: Handler<unknown, unknown, User>;
  /** Whether the handler reads the body itself. */
  readonly readsBody: boolean;
}

/**
 * Pairs an endpoint with its handler.
 *
 * @example
 * handle(getTokenOwner, async (_request, { user }: RequestContext<Account>) => ({ user_id: user.userId }));
 */
export function handle<Req, Res, User>(
  endpoint: Endpoint<Req, Res>,
  handler: Handler<NoInfer<Req>, NoInfer<Res>, User>,
  options: HandleOptions<User> = {},
): HandledEndpoint<User> {
  // The router hands each handler what its own endpoint parsed.
  return { ...options, endpoint, handler: handler as Handler<unknown, unknown, User>, readsBody: false };
}

/** A request whose body is read as it comes. */
export type UploadRequest<Req> = Omit<Req, "body"> & { readonly body: AsyncIterable<Uint8Array> };

/**
 * Pairs an endpoint that takes a file with a handler that reads the file as it comes, whatever its size. Leaving the loop early is fine:
 * the answer still goes out.
 *
 * @example
 * handleUpload(uploadContent, async ({ body, headers }) => ({ content_uri: await store(body, headers?.["content-type"]) }));
 */
export function handleUpload<Req extends { readonly body: Uint8Array }, Res, User>(
  endpoint: Endpoint<Req, Res>,
  handler: Handler<UploadRequest<NoInfer<Req>>, NoInfer<Res>, User>,
  options: Pick<HandleOptions, "parse"> = {},
): HandledEndpoint<User> {
  // The responder puts the stream in the place of the body.
  return { ...options, endpoint, handler: handler as Handler<unknown, unknown, User>, readsBody: true };
}
