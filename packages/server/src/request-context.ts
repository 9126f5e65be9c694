import type { AnyEndpoint } from "@patrix/api";

/** What is known of a request before its parts are decoded: what authentication and admission decide on. */
export interface RequestHead {
  /** The endpoint that the path leads to; its `auth` says which credentials it asks for. */
  readonly endpoint: AnyEndpoint;
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly uri: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The access token, from the `Authorization` header or else from the query. */
  readonly token: string | undefined;
  /** Network address of the client; the empty string where the transport does not know it. */
  readonly clientAddress: string;
  /** The JSON of the body, not decoded yet, for signatures that cover it; `undefined` if there is none. */
  json(): Promise<unknown>;
}

/** What a handler knows of its request besides the typed parts. */
export interface RequestContext<User> extends RequestHead {
  /** Who asks; `undefined` where the endpoint takes no credentials or the request carries none. */
  readonly requester: User | undefined;
  /** Who asks. @throws {MatrixError} `M_MISSING_TOKEN` if nobody was authenticated. */
  readonly user: User;
  /** Aborted when the client goes away or the server closes. */
  readonly signal: AbortSignal;
}
