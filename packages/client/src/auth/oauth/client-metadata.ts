import type { OAuthClientMetadata } from "@patrix/client-api";
import { ClientError } from "../../errors.ts";
import { isLoopback } from "./server-metadata.ts";

/** The addresses among the metadata that are shown to users. */
const pages = ["client_uri", "logo_uri", "tos_uri", "policy_uri"] as const;

/**
 * Completes what a client says of itself with what follows from where users come back to. A web page is at home where it is; others have to name
 * their `client_uri`.
 *
 * @throws {ClientError} `INVALID_OPTIONS`, naming the field.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redirect-uri-validation}
 */
export function completeClientMetadata(given: Partial<OAuthClientMetadata>, redirectUri: string): OAuthClientMetadata {
  const redirect = checkRedirectUri(redirectUri);
  const isWeb = redirect.protocol === "https:";
  const client_uri = given.client_uri ?? (isWeb ? `${redirect.origin}/` : undefined);
  if (client_uri === undefined)
    throw new ClientError("INVALID_OPTIONS", "option clientMetadata.client_uri: the https URL of a page about the client is wanted");
  for (const field of pages) checkPage(field, { ...given, client_uri }[field]);
  const loopback = new URL(redirect);
  // The server takes any port of this machine, and none may be registered.
  loopback.port = "";
  return {
    response_types: ["code"],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
    application_type: isWeb ? "web" : "native",
    ...given,
    client_uri,
    redirect_uris: [isLoopback(redirect) ? loopback.href : redirectUri],
  };
}

/**
 * Reads where users come back to: over HTTPS, over HTTP on this machine, or by a scheme of an application's own, whose name has a dot in it.
 *
 * @throws {ClientError} `INVALID_OPTIONS`.
 */
export function checkRedirectUri(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isTaken =
    url !== undefined && (url.protocol === "https:" || isLoopback(url) || /^[a-z][a-z\d+-]*\.[a-z\d.+-]+:$/.test(url.protocol));
  if (!url || !isTaken)
    throw new ClientError(
      "INVALID_OPTIONS",
      "option redirectUri: an https URL, an http URL of this machine or one of a scheme like org.example.app is wanted",
    );
  if (text.includes("#") || url.username !== "" || url.password !== "")
    throw new ClientError("INVALID_OPTIONS", "option redirectUri: a URL without fragment, user and password is wanted");
  return url;
}

function checkPage(field: string, text: string | undefined): void {
  if (text === undefined) return;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "")
    throw new ClientError("INVALID_OPTIONS", `option clientMetadata.${field}: an https URL without user and password is wanted`);
}
