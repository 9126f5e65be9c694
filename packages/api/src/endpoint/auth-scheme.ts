/**
 * How a request proves who sends it.
 *
 * - `none`: no credentials.
 * - `accessToken`: a user's access token.
 * - `accessTokenOptional`: a user's access token, which changes the answer if present.
 * - `appserviceToken`: the `as_token` of an application service, sent to a homeserver.
 * - `homeserverToken`: the `hs_token` of a registration, sent by a homeserver to an application service.
 * - `signedRequest`: an `X-Matrix` signature of a server.
 */
export type AuthScheme = "none" | "accessToken" | "accessTokenOptional" | "appserviceToken" | "homeserverToken" | "signedRequest";

/** Adds a token to request headers where the scheme carries one. */
export function addAuthorization(scheme: AuthScheme, headers: Record<string, string>, accessToken: string | undefined): void {
  if (accessToken !== undefined && scheme !== "signedRequest") headers["authorization"] = `Bearer ${accessToken}`;
}

/**
 * Reads the access token of a request: `Authorization: Bearer …`, else the deprecated `access_token` query parameter.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#using-access-tokens}
 */
export function readAccessToken(authorization: string | undefined, query: URLSearchParams): string | undefined {
  const bearer = authorization === undefined ? undefined : /^Bearer +([^\s]+)\s*$/i.exec(authorization)?.[1];
  return bearer ?? query.get("access_token") ?? undefined;
}
