/** One HTTPS request to one address. */
export interface HttpsRequest {
  /** IP address to connect to, checked already; it must not be looked up again. */
  readonly address: string;
  readonly port: number;
  /** DNS name or IP address that the certificate must be valid for; names are sent as TLS server name too. */
  readonly certificateName: string;
  /** Value of the `Host` header. */
  readonly hostHeader: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By lower-case name, without `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Ends the request, the reading of the response included. */
  readonly signal: AbortSignal;
}

/** A response whose body has not been read. */
export interface HttpsResponse {
  readonly status: number;
  /** By lower-case name; the first value where one is repeated. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body in pieces; ending the iteration early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Makes HTTPS requests, as a port. It follows no redirects and bounds the size of response headers.
 */
export interface HttpsConnector {
  /** @throws {@link FederationError} `CONNECTION_FAILED`, `CERTIFICATE_NOT_VALID` or `CONNECTION_LOST`; the signal's reason if it aborts. */
  send(request: HttpsRequest): Promise<HttpsResponse>;
}
