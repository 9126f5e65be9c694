import { type AnyEndpoint, matrixError, type ParseOptions, readAccessToken } from "@patrix/api";
import type { Exchange } from "./exchange.ts";
import type { HandledEndpoint } from "./handle.ts";
import { parseFormBody } from "./parse-form-body.ts";
import { parseJsonBody } from "./parse-json-body.ts";
import type { RequestContext } from "./request-context.ts";
import type { Leaf } from "./router.ts";
import { DEFAULT_MAX_BODY_BYTES, PACED_BODY_BYTES, type ServeOptions } from "./serve-options.ts";

const LENIENT: ParseOptions = { mode: "lenient" };
/** The media type of forms, and how the specification spells it. */
const FORM = /^application\/x-(?:www-form-|form-www-)urlencoded(?:$|[\s;])/i;
const NO_BYTES = Promise.resolve(new Uint8Array());

/** A request on its way from the router to its handler. */
export class CurrentRequest<User> implements RequestContext<User> {
  /** What the path leads to. */
  readonly leaf: Leaf<User>;
  requester: User | undefined;
  /** Asked before a large body is parsed. */
  pace: ServeOptions<User>["pace"];
  readonly #query: URLSearchParams;
  readonly #exchange: Exchange;
  readonly #params: Readonly<Record<string, string>>;
  #handled: HandledEndpoint<User>;
  #json: Promise<unknown> | undefined;

  constructor(exchange: Exchange, leaf: Leaf<User>, params: Readonly<Record<string, string>>, query: URLSearchParams) {
    this.#exchange = exchange;
    this.leaf = leaf;
    this.#handled = leaf.handled[0];
    this.#params = params;
    this.#query = query;
  }

  get endpoint(): AnyEndpoint {
    return this.#handled.endpoint;
  }

  get method(): string {
    return this.#exchange.method;
  }

  get uri(): string {
    return this.#exchange.uri;
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    return this.#exchange.headers;
  }

  get clientAddress(): string {
    return this.#exchange.clientAddress;
  }

  get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  get token(): string | undefined {
    return readAccessToken(this.headers["authorization"], this.#query);
  }

  get user(): User {
    if (this.requester === undefined) throw matrixError("M_MISSING_TOKEN", "the request carries no access token");
    return this.requester;
  }

  /** The operations of the path that may answer the request. */
  candidates(): readonly HandledEndpoint<User>[] {
    const { handled } = this.leaf;
    if (handled.length === 1) return handled;
    const own = handled.filter(({ when }) => when?.(this.#query));
    return own.length > 0 ? own : handled.filter(({ when }) => !when);
  }

  /** Takes up an endpoint of the path. */
  enter(handled: HandledEndpoint<User>): void {
    this.#handled = handled;
  }

  json(): Promise<unknown> {
    return (this.#json ??= this.#readJson());
  }

  /** Whether the endpoint takes a body. */
  get hasBody(): boolean {
    return this.endpoint.models.body !== undefined;
  }

  /** Reads the body that the endpoint takes; nothing of one that its handler reads itself. @throws {MatrixError} If it cannot be read. */
  readBody(): Promise<unknown> {
    if (this.endpoint.models.body?.kind !== "bytes") return this.json();
    return this.#handled.readsBody ? NO_BYTES : this.#readBytes();
  }

  /** The typed request of the endpoint. @throws {MatrixError} For what its models refuse. */
  decode(body: unknown, usual?: ParseOptions): unknown {
    const { parse = usual ?? (isOfServer(this.endpoint) || this.#isForm ? LENIENT : undefined), readsBody } = this.#handled;
    const request = this.endpoint.parseRequest({ params: this.#params, query: this.#query, headers: this.headers, body }, parse);
    return readsBody ? Object.assign({}, request, { body: this.#exchange.stream() }) : request;
  }

  /** Whether the body is a form, where the endpoint takes one. */
  get #isForm(): boolean {
    return this.endpoint.formBody === true && FORM.test(this.headers["content-type"] ?? "");
  }

  async #readJson(): Promise<unknown> {
    const body = await this.#readBytes();
    if (body.byteLength > PACED_BODY_BYTES) await this.pace?.();
    const parse = this.#isForm ? parseFormBody : parseJsonBody;
    return parse(body, (bytes) => this.#exchange.decodeUtf8(bytes));
  }

  #readBytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#exchange.readBytes(this.#handled.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
  }
}

/** Whether servers send the request: they are of any age, and nobody can put it right on the spot. */
function isOfServer({ auth }: AnyEndpoint): boolean {
  return auth === "signedRequest" || auth === "homeserverToken";
}
