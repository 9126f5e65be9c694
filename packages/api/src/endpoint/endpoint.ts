import type { AuthScheme } from "./auth-scheme.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { encodeRequest, type RequestOptions } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import type { EndpointMetadata, EndpointModels } from "./endpoint-metadata.ts";
import type { HttpRequest, HttpResponse, IncomingRequest, IncomingResponse } from "../wire/http-message.ts";
import type { Model } from "../model/model.ts";
import type { ParseOptions } from "../model/parse-options.ts";
import { allPaths, type MountedPath, type PathHistory } from "./path-history.ts";

type PartName = "path" | "query" | "headers" | "body";
// Keyed by names, not by `keyof Req`: a homomorphic mapped type would make TypeScript infer Req from the literal.
type Parts<Req> = {
  readonly [K in PartName as K extends keyof Req ? K : never]: K extends keyof Req ? Model<Exclude<Req[K], undefined>> : never;
};

/** The declaration of an endpoint: its metadata, a model for each part of the request, and one for the response. */
export type EndpointDefinition<Req, Res> = EndpointMetadata & Parts<Req> & { readonly response: Model<Res> };

/** One path that a server mounts. */
export interface Route extends MountedPath {
  readonly method: EndpointMetadata["method"];
}

/** An endpoint as plain data with four pure codecs, for clients, servers and tools alike. */
export interface Endpoint<Req, Res> extends EndpointMetadata {
  readonly models: EndpointModels;
  /** Every path that a server should mount, the newest first. */
  readonly routes: readonly Route[];
  /**
   * Client: the request ready for `fetch`.
   *
   * @throws {RequestError} If the server supports no path of it, or a path variable is missing.
   */
  request(req: Req, options: RequestOptions): HttpRequest;
  /**
   * Client: the typed answer.
   *
   * @throws {MatrixError} For an error status.
   * @throws {ValidationError} If the body does not match.
   */
  parseResponse(response: IncomingResponse, options?: ParseOptions): Res;
  /**
   * Server: the typed request.
   *
   * @throws {MatrixError} `M_INVALID_PARAM`, `M_MISSING_PARAM` or `M_BAD_JSON`, naming the field.
   */
  parseRequest(request: IncomingRequest, options?: ParseOptions): Req;
  /** Server: the answer ready to be written; `status` must be one that the endpoint documents. */
  response(res: Res, status?: number): HttpResponse;
}

/** Any endpoint, for tables of them; methods are bivariant, so that every endpoint is one. */
export type AnyEndpoint = Endpoint<unknown, unknown>;

class DefinedEndpoint<Req, Res> implements Endpoint<Req, Res> {
  declare readonly id: string;
  declare readonly method: EndpointMetadata["method"];
  declare readonly auth: AuthScheme;
  declare readonly rateLimited: boolean;
  declare readonly history: PathHistory;
  readonly models: EndpointModels;
  #routes: readonly Route[] | undefined;

  constructor({ path, query, headers, body, response, ...metadata }: EndpointMetadata & EndpointModels) {
    Object.assign(this, metadata);
    this.models = { path, query, headers, body, response };
  }

  get routes(): readonly Route[] {
    return (this.#routes ??= allPaths(this.history).map((entry) => ({ method: this.method, ...entry })));
  }

  request(req: Req, options: RequestOptions): HttpRequest {
    return encodeRequest(this, this.models, req as Record<string, unknown>, options);
  }

  parseResponse(response: IncomingResponse, options?: ParseOptions): Res {
    return decodeResponse(this.models.response, response, options) as Res;
  }

  parseRequest(request: IncomingRequest, options?: ParseOptions): Req {
    return decodeRequest(this, request, options) as Req;
  }

  response(res: Res, status?: number): HttpResponse {
    return encodeResponse(this, this.models.response, res, status);
  }
}

/** Declares an endpoint once, for clients, servers and tools. Mark the call `@__PURE__`. */
/* @__NO_SIDE_EFFECTS__ */
export function endpoint<Req, Res>(definition: EndpointDefinition<Req, Res>): Endpoint<Req, Res> {
  return new DefinedEndpoint<Req, Res>(definition);
}
