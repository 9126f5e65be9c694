import type { IncomingMessage } from "node:http";
import { type AuthScheme, matrixError, readAccessToken } from "@patrix/api";
import type { Requester } from "./requester.ts";

/** Finds whose token this is; `"expired"` if it was valid once and can be refreshed. */
export type TokenLookup = (
  token: string,
  clientIp: string,
) => Requester | "expired" | undefined | Promise<Requester | "expired" | undefined>;

/** The longest token that is looked at. */
const MAX_TOKEN_LENGTH = 1_024;

/**
 * Finds out who sends a request, as far as the endpoint asks for it.
 *
 * @throws {MatrixError} `M_MISSING_TOKEN`, or `M_UNKNOWN_TOKEN` with `soft_logout` if the token has expired.
 */
export async function authenticate(
  scheme: AuthScheme,
  incoming: IncomingMessage,
  query: URLSearchParams,
  lookup: TokenLookup,
  clientIp: string,
): Promise<Requester | undefined> {
  const token = readAccessToken(incoming.headers.authorization, query);
  if (token === undefined) {
    if (scheme === "accessTokenOptional") return undefined;
    throw matrixError("M_MISSING_TOKEN", "the request carries no access token");
  }
  const found = token.length > MAX_TOKEN_LENGTH ? undefined : await lookup(token, clientIp);
  if (found === undefined) throw matrixError("M_UNKNOWN_TOKEN", "the access token is not known", { soft_logout: false });
  if (found === "expired") throw matrixError("M_UNKNOWN_TOKEN", "the access token has expired", { soft_logout: true });
  return found;
}
