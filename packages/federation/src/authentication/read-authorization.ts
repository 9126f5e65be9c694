import { parseXMatrix, type XMatrix } from "@patrix/federation-api";
import { isServerName } from "@patrix/identifiers";
import { FederationError } from "../errors.ts";

/** Most `Authorization` headers of one request. */
export const MAX_AUTHORIZATION_HEADERS = 8;

/** What the `X-Matrix` headers of a request say together: the same request signed with one or more keys. */
export interface RequestAuthorization {
  readonly origin: string;
  /** Left out by servers from before v1.3. */
  readonly destination: string | undefined;
  /** Signatures by key ID, in base64. */
  readonly signatures: ReadonlyMap<string, string>;
}

/**
 * Reads the `Authorization` headers of a request. Several are allowed, one a key, if they agree on origin and destination.
 *
 * @throws {@link FederationError} `MISSING_AUTHORIZATION` or `MALFORMED_AUTHORIZATION`.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#request-authentication}
 */
export function readAuthorization(headers: string | readonly string[] | undefined): RequestAuthorization {
  const list = typeof headers === "string" ? [headers] : (headers ?? []);
  if (list.length === 0) throw new FederationError("MISSING_AUTHORIZATION", "the request has no Authorization header");
  if (list.length > MAX_AUTHORIZATION_HEADERS) throw malformed(`more than ${MAX_AUTHORIZATION_HEADERS} Authorization headers`);
  const [first, ...others] = list.map(read);
  if (first === undefined) throw malformed("no Authorization header");
  const signatures = new Map([[first.key, first.sig]]);
  for (const { origin, destination, key, sig } of others) {
    if (origin !== first.origin || destination !== first.destination) throw malformed("the headers name different servers");
    if (signatures.has(key)) throw malformed("two headers have the same key");
    signatures.set(key, sig);
  }
  return { origin: first.origin, destination: first.destination, signatures };
}

function read(header: string): XMatrix {
  let parsed: XMatrix;
  try {
    parsed = parseXMatrix(header);
  } catch (cause) {
    throw new FederationError("MALFORMED_AUTHORIZATION", "the Authorization header is not of the form X-Matrix", { cause });
  }
  if (!isServerName(parsed.origin)) throw malformed("the origin is not a server name");
  return parsed;
}

function malformed(message: string): FederationError {
  return new FederationError("MALFORMED_AUTHORIZATION", message);
}
