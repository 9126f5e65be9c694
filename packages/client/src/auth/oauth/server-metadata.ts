import type { GetAuthMetadataResponse } from "@patrix/client-api";
import { ClientError } from "../../errors.ts";

/** The longest address that is taken, in characters. */
const maxUrlLength = 2048;
const endpoints = ["authorization_endpoint", "token_endpoint", "revocation_endpoint", "registration_endpoint"] as const;
const required = [
  ["response_types_supported", "code"],
  ["grant_types_supported", "authorization_code"],
  ["grant_types_supported", "refresh_token"],
  ["code_challenge_methods_supported", "S256"],
] as const;

/**
 * Checks that a login by the authorization code grant is possible, and safe, by what a server says of its authorization server.
 *
 * @throws {ClientError} `OAUTH_UNUSABLE`, naming the field.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-metadata-discovery}
 */
export function checkServerMetadata(metadata: GetAuthMetadataResponse, homeserver: string): void {
  const issuer = checkAddress("issuer", metadata.issuer, homeserver);
  if (issuer.search !== "") throw unusable("issuer", "a URL without a query is wanted");
  for (const field of endpoints) checkAddress(field, metadata[field], homeserver);
  for (const [field, value] of required) if (!metadata[field].includes(value)) throw unusable(field, `${value} is not among them`);
}

/**
 * Reads an address of an authorization server. It has to be one of HTTPS; a homeserver on this machine that is itself without may name others on
 * this machine that are.
 *
 * @throws {ClientError} `OAUTH_UNUSABLE`, naming the field.
 */
export function checkAddress(field: string, text: string, homeserver: string): URL {
  if (text.length > maxUrlLength) throw unusable(field, `at most ${maxUrlLength} characters are taken`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url !== undefined && isLoopback(url) && isLoopback(new URL(homeserver)));
  if (!url || !isSafe) throw unusable(field, "an https URL is wanted");
  if (url.hash !== "" || url.username !== "" || url.password !== "")
    throw unusable(field, "a URL without fragment, user and password is wanted");
  return url;
}

/** Whether an address is one of this machine, over plain HTTP. */
export function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

/** An authorization server that cannot be used, by a field of what is said of it. */
export function unusable(field: string, rule: string): ClientError {
  return new ClientError("OAUTH_UNUSABLE", `the authorization server cannot be used: ${field}: ${rule}`);
}
