/**
 * A request ready for `fetch`.
 *
 * @example
 * const { url, ...init } = getVersions.request({}, { baseUrl });
 * const response = await fetch(url, init);
 */
export interface HttpRequest {
  readonly method: string;
  /** Absolute URL, or a path where no base URL was given. */
  readonly url: string;
  readonly headers: Record<string, string>;
  /** Never `undefined` where it is there, which is what `RequestInit` asks for. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A response as a client received it. */
export interface IncomingResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** Parsed JSON for JSON endpoints and for errors; bytes for files and multipart; text for HTML. */
  readonly body?: unknown;
  /** The request that it answers, for the messages of errors. */
  readonly request?: Pick<HttpRequest, "method" | "url"> | undefined;
}

/** A request as a server received it, once its route is known. */
export interface IncomingRequest {
  /** Path variables, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** Parsed JSON, or bytes. */
  readonly body?: unknown;
}

/** A response ready to be written. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}
