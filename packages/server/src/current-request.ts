import { type AnyEndpoint, matrixError, readAccessToken } from "@patrix/api";
import type { Exchange } from "./exchange.ts";
import type { HandledEndpoint } from "./handle.ts";
import { parseJsonBody } from "./parse-json-body.ts";
import type { RequestContext } from "./request-context.ts";
import { DEFAULT_MAX_BODY_BYTES } from "./serve-options.ts";

const NO_BYTES = new Uint8Array();

/** A request on its way from the router to its handler. */
export class CurrentRequest<User> implements RequestContext<User> {
  readonly query: URLSearchParams;
  requester: User | undefined;
  readonly #exchange: Exchange;
  readonly #params: Readonly<Record<string, string>>;
  #handled: HandledEndpoint<User>;
  #json: Promise<unknown> | undefined;

  constructor(exchange: Exchange, handled: HandledEndpoint<User>, params: Readonly<Record<string, string>>, query: URLSearchParams) {
    this.#exchange = exchange;
    this.#handled = handled;
    this.#params = params;
    this.query = query;
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
    return readAccessToken(this.headers["authorization"], this.query);
  }

  get user(): User {
    if (this.requester === undefined) throw matrixError("M_MISSING_TOKEN", "the request carries no access token");
    return this.requester;
  }

  get handler(): HandledEndpoint<User>["handler"] {
    return this.#handled.handler;
  }

  /** Takes up an endpoint of the path. */
  enter(handled: HandledEndpoint<User>): void {
    this.#handled = handled;
  }

  json(): Promise<unknown> {
    return (this.#json ??= this.#readJson());
  }

  /** The typed request of the endpoint. @throws {MatrixError} For what its models refuse, and for a body that cannot be read. */
  async decode(): Promise<unknown> {
    const { endpoint, parse, readsBody } = this.#handled;
    const { body: model } = endpoint.models;
    const whole = model?.kind === "bytes" && !readsBody;
    const body = model && (model.kind === "bytes" ? (whole ? await this.#readBytes() : NO_BYTES) : await this.json());
    const request = endpoint.parseRequest({ params: this.#params, query: this.query, headers: this.headers, body }, parse);
    return readsBody ? Object.assign({}, request, { body: this.#exchange.stream() }) : request;
  }

  async #readJson(): Promise<unknown> {
    return parseJsonBody(await this.#readBytes(), (bytes) => this.#exchange.decodeUtf8(bytes));
  }

  #readBytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#exchange.readBytes(this.#handled.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
  }
}
