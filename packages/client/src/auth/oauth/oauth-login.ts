import { compareSpecVersions, type SupportedVersions } from "@patrix/api";
import type { GetAuthMetadataResponse } from "@patrix/client-api";
import { encodeUnpaddedBase64 } from "@patrix/identifiers";
import type { Abortable } from "../../abortable.ts";
import { ClientError, OAuthError } from "../../errors.ts";
import type { LoginAnswer } from "../login-answer.ts";
import type { PendingAuthorization } from "../pending-logins.ts";
import type { AccountPageOptions, OAuthLoginOptions } from "../redirect-options.ts";
import { type AuthorizationServer, type GrantedTokens, refused } from "./authorization-server.ts";
import { checkRedirectUri, completeClientMetadata } from "./client-metadata.ts";
import { checkAddress, unusable } from "./server-metadata.ts";

/** What an authorization needs beside the options. */
export interface AuthorizationRequest extends OAuthLoginOptions {
  readonly redirectUri: string;
  readonly deviceId: string;
  readonly state: string;
  readonly supported: SupportedVersions | undefined;
}

/**
 * Begins an authorization by the code grant with PKCE: registers the client, and gives the page to take the user to, with what has to be known at
 * the end.
 *
 * @throws {ClientError} `OAUTH_UNUSABLE`, `INVALID_OPTIONS`. {@link OAuthError} What the registration was refused for.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#authorisation-code-flow}
 */
export async function beginAuthorization(
  server: AuthorizationServer,
  { redirectUri, deviceId, state, clientMetadata = {}, clientId: given, action, supported, signal }: AuthorizationRequest,
): Promise<{ readonly url: string; readonly authorization: PendingAuthorization }> {
  const isWeb = checkRedirectUri(redirectUri).protocol === "https:";
  const registration = given === undefined ? completeClientMetadata(clientMetadata, redirectUri) : undefined;
  const metadata = await server.metadata({ signal });
  // The fragment is not told to whoever serves the page.
  const responseMode = isWeb ? "fragment" : "query";
  if (!metadata.response_modes_supported.includes(responseMode))
    throw unusable("response_modes_supported", `${responseMode} is not among them`);
  // At the start of each login, as the specification has it: the server may have forgotten a client without a session.
  const clientId = registration ? await server.register(registration, { signal }) : String(given);
  const codeVerifier = base64Url(globalThis.crypto.getRandomValues(new Uint8Array(32)));
  const scope = scopeOf(deviceId, metadata, supported);
  const url = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    response_mode: responseMode,
    code_challenge: base64Url(new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier)))),
    code_challenge_method: "S256",
    ...(action === "register" && metadata.prompt_values_supported?.includes("create") && { prompt: "create" }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const namesIssuer = extra(metadata, "authorization_response_iss_parameter_supported") === true;
  return { url: url.href, authorization: { deviceId, issuer: metadata.issuer, clientId, redirectUri, codeVerifier, scope, namesIssuer } };
}

/**
 * Ends an authorization with what the user came back with: exchanges the code for tokens.
 *
 * @throws {OAuthError} The user or the server has refused it, the code is too old, or less was granted.
 * @throws {ClientError} `LOGIN_NOT_BEGUN` if the answer is another server's; `OAUTH_UNUSABLE`, and what a request fails with.
 */
export async function endAuthorization(
  server: AuthorizationServer,
  { authorization, answer }: { readonly authorization: PendingAuthorization; readonly answer: LoginAnswer },
  { signal }: Abortable = {},
): Promise<GrantedTokens> {
  const { issuer, namesIssuer, clientId, redirectUri, codeVerifier, scope } = authorization;
  if (answer.issuer === undefined ? namesIssuer : answer.issuer !== issuer)
    throw new ClientError("LOGIN_NOT_BEGUN", "iss: the answer is not that of the authorization server that was asked");
  if (answer.error !== undefined)
    throw refused("the authorization was refused", { error: answer.error, error_description: answer.errorDescription });
  if (answer.code === undefined)
    throw new ClientError("UNEXPECTED_RESPONSE", "code: it is missing in the answer of the authorization server");
  if ((await server.metadata({ signal })).issuer !== issuer) throw unusable("issuer", "it is another one than when the login was begun");
  const parameters = { code: answer.code, redirect_uri: redirectUri, client_id: clientId, code_verifier: codeVerifier };
  const tokens = await server.exchange(parameters, { signal });
  const granted = (tokens.scope ?? scope).split(" ");
  const missing = scope.split(" ").find((token) => !granted.includes(token));
  if (missing === undefined) return tokens;
  // Nobody will use them.
  await server.revoke({ ...tokens, oauth: { issuer, clientId } }).catch(() => {});
  throw new OAuthError("invalid_scope", `scope: ${missing} was asked for and is not granted`);
}

/** What is asked for: all that the client-server API can do, as one device. */
function scopeOf(deviceId: string, metadata: GetAuthMetadataResponse, supported: SupportedVersions | undefined): string {
  const known = extra(metadata, "scopes_supported");
  const isNamed = (scope: string): boolean => Array.isArray(known) && known.includes(scope);
  const isOlder = supported !== undefined && supported.versions.every((version) => compareSpecVersions(version, "v1.15") < 0);
  const prefix = isNamed(`${unstablePrefix}:api:*`) || isOlder ? unstablePrefix : stablePrefix;
  const chosen = isNamed(`${stablePrefix}:api:*`) ? stablePrefix : prefix;
  return `${chosen}:api:* ${chosen}:device:${deviceId}`;
}

const stablePrefix = "urn:matrix:client";
const unstablePrefix = "urn:matrix:org.matrix.msc2967.client";

/** Reads a member of the metadata that the specification of Matrix does not have. */
function extra(metadata: GetAuthMetadataResponse, name: string): unknown {
  return Object.entries(metadata).find(([field]) => field === name)?.[1];
}

/** What servers called actions before they were specified. */
const formerActions: Readonly<Record<string, string>> = {
  "org.matrix.devices_list": "org.matrix.sessions_list",
  "org.matrix.device_view": "org.matrix.session_view",
  "org.matrix.device_delete": "org.matrix.session_end",
};

/**
 * Makes the address of a page of the account management; `undefined` if the server has none. An action that it does not have is left out.
 *
 * @throws {ClientError} `OAUTH_UNUSABLE`.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#oauth-20-account-management}
 */
export function accountPage(
  { account_management_uri: uri, account_management_actions_supported: actions = [] }: GetAuthMetadataResponse,
  homeserver: string,
  { action, deviceId }: AccountPageOptions,
): string | undefined {
  if (uri === undefined) return undefined;
  const url = checkAddress("account_management_uri", uri, homeserver);
  const offered = [action, formerActions[action ?? ""]].find((name) => name !== undefined && actions.includes(name));
  if (offered !== undefined) url.searchParams.set("action", offered);
  if (offered !== undefined && deviceId !== undefined) url.searchParams.set("device_id", deviceId);
  return url.href;
}

function base64Url(bytes: Uint8Array): string {
  return encodeUnpaddedBase64(bytes).replaceAll("+", "-").replaceAll("/", "_");
}
