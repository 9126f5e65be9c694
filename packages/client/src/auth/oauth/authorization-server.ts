import { type IncomingResponse, type Model, type ModelKind, MatrixError, parseMatrixError, ValidationError } from "@patrix/api";
import {
  getAuthMetadata,
  type GetAuthMetadataResponse,
  OAuthClientRegistration,
  type OAuthClientMetadata,
  OAuthErrorBody,
  OAuthTokens,
} from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { Abortable } from "../../abortable.ts";
import { ClientError, OAuthError } from "../../errors.ts";
import type { ExchangeLimits, SentRequest } from "../../http/fetch-once.ts";
import type { RequestSender } from "../../http/http-client.ts";
import type { OAuthGrant, SessionTokens } from "../session.ts";
import { checkServerMetadata, unusable } from "./server-metadata.ts";

/** What an authorization server is asked through. */
export interface AuthorizationServerParts {
  /** Asks the homeserver, without credentials. */
  readonly http: RequestSender;
  /** Sends one request, and reads its answer. */
  readonly exchange: (request: SentRequest, kind: ModelKind, limits: ExchangeLimits) => Promise<IncomingResponse>;
  readonly clock: TimerClock;
  readonly homeserver: () => string;
}

/** Tokens, and for what they are. */
export interface GrantedTokens extends SessionTokens {
  /** Absent if it is what was asked for. */
  readonly scope?: string | undefined;
}

/** What is read of an answer, in bytes. */
const maxAnswerBytes = 64 * 1024;
/** How long an answer is waited for, in milliseconds. */
const timeoutMs = 30_000;
/** How long metadata are used before they are asked for again, in milliseconds. */
const metadataAgeMs = 3_600_000;
/** What is shown of what a server says of an error, in characters. */
const maxDescription = 200;
/** The longest lifetime of an access token that is believed, in seconds: a hundred years. */
const maxLifetime = 3_153_600_000;
/** What a token may be made of, to be sent in a header. */
const tokenPattern = /^[\x21-\x7e]+$/;

/**
 * The authorization server of a homeserver.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#oauth-20-api}
 */
export class AuthorizationServer {
  readonly #parts: AuthorizationServerParts;
  #known: { readonly metadata: GetAuthMetadataResponse; readonly until: number } | undefined;

  constructor(parts: AuthorizationServerParts) {
    this.#parts = parts;
  }

  /**
   * What the homeserver says of it, checked.
   *
   * @throws {MatrixError} `M_UNRECOGNIZED` where there is none.
   * @throws {ClientError} `OAUTH_UNUSABLE`, naming the field.
   */
  async metadata({ signal }: Abortable = {}): Promise<GetAuthMetadataResponse> {
    const { http, clock, homeserver } = this.#parts;
    if (this.#known && this.#known.until > clock.now()) return this.#known.metadata;
    const metadata = await http.send(getAuthMetadata, {}, { signal, timeoutMs, retries: 1, maxResponseBytes: maxAnswerBytes });
    checkServerMetadata(metadata, homeserver());
    this.#known = { metadata, until: clock.now() + metadataAgeMs };
    return metadata;
  }

  /** Registers a client; gives its ID. @throws {OAuthError} What was refused. {@link ClientError} `OAUTH_UNUSABLE` for a server that wants secrets. */
  async register(metadata: OAuthClientMetadata, { signal }: Abortable = {}): Promise<string> {
    const { registration_endpoint: url } = await this.metadata({ signal });
    const headers = { "content-type": "application/json", accept: "application/json" };
    const answer = await this.#ask("registration_endpoint", OAuthClientRegistration, {
      request: { method: "POST", url, headers, body: JSON.stringify(metadata) },
      signal,
    });
    if ((answer.token_endpoint_auth_method ?? "none") !== "none")
      throw unusable("token_endpoint_auth_method", "it takes no clients that can keep no secret");
    return answer.client_id;
  }

  /** Exchanges the code of an authorization for tokens. @throws {OAuthError} `invalid_grant` for a code that is used up or too old. */
  exchange(parameters: ExchangeParameters, options: Abortable = {}): Promise<GrantedTokens> {
    return this.#tokens({ grant_type: "authorization_code", ...parameters }, options);
  }

  /**
   * Exchanges a refresh token for new tokens. Where there is no answer the same may be asked again.
   *
   * @throws {OAuthError} The session is over.
   * @throws {ClientError} `OAUTH_UNUSABLE` if the homeserver names another authorization server by now: it does not get the token.
   */
  async refresh(grant: OAuthGrant, refreshToken: string): Promise<SessionTokens> {
    await this.#requireIssuer(grant);
    return this.#tokens({ grant_type: "refresh_token", refresh_token: refreshToken, client_id: grant.clientId });
  }

  /** Ends the session of a grant. One that has ended already is none to fail for. @throws {OAuthError} {@link ClientError} */
  async revoke({ oauth: grant, refreshToken, accessToken }: SessionTokens & { readonly oauth: OAuthGrant }): Promise<void> {
    await this.#requireIssuer(grant);
    const { revocation_endpoint: url } = await this.metadata();
    // An access token may have ended; the refresh token stands for the session.
    const parameters = {
      token: refreshToken ?? accessToken,
      token_type_hint: refreshToken === undefined ? "access_token" : "refresh_token",
      client_id: grant.clientId,
    };
    try {
      await this.#ask("revocation_endpoint", undefined, { request: formRequest(url, parameters) });
    } catch (error) {
      // The client is forgotten with its last session.
      if (!(error instanceof OAuthError && error.error === "invalid_client")) throw error;
    }
  }

  async #requireIssuer({ issuer }: OAuthGrant): Promise<void> {
    const metadata = await this.metadata().catch((error: unknown) => {
      throw isWithoutOAuth(error) ? unusable("issuer", "the homeserver names no authorization server any more") : error;
    });
    if (metadata.issuer !== issuer) throw unusable("issuer", "it is not the one that has issued the tokens of the session");
  }

  async #tokens(parameters: Readonly<Record<string, string>>, { signal }: Abortable = {}): Promise<GrantedTokens> {
    const { token_endpoint: url } = await this.metadata({ signal });
    // Counted from before the question: nobody knows when it was answered.
    const askedAt = this.#parts.clock.now();
    const answer = await this.#ask("token_endpoint", OAuthTokens, { request: formRequest(url, parameters), signal });
    if (answer.token_type.toLowerCase() !== "bearer") throw malformed("token_endpoint", "token_type: Bearer is wanted");
    if (!tokenPattern.test(answer.access_token)) throw malformed("token_endpoint", "access_token: it cannot be sent in a header");
    const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds = 0, scope } = answer;
    const expiresAt = seconds > 0 && seconds <= maxLifetime ? askedAt + seconds * 1000 : undefined;
    return { accessToken, refreshToken, expiresAt, scope };
  }

  async #ask<T>(
    field: EndpointField,
    model: Model<T> | undefined,
    { request, signal }: Abortable & { readonly request: SentRequest },
  ): Promise<T> {
    const { exchange, clock } = this.#parts;
    // What is sent is secret: nobody sends it on.
    const sent = { ...request, redirect: "error" } as const;
    try {
      const kind = model ? "json" : "bytes";
      const { status, headers, body } = await exchange(sent, kind, { timeoutMs, maxResponseBytes: maxAnswerBytes, signal });
      if (status < 300) return model?.parse(body) as T;
      if (status >= 500 || status === 429)
        throw parseMatrixError(status, undefined, { retryAfter: headers?.["retry-after"], nowMs: clock.now() });
      const refusal = OAuthErrorBody.safeParse(body);
      if (!refusal.ok) throw malformed(field, `status ${status} without an error of OAuth 2.0`);
      throw refused(field, refusal.value);
    } catch (error) {
      // It may have moved.
      if (!(error instanceof OAuthError)) this.#known = undefined;
      if (error instanceof ValidationError) throw malformed(field, error.message, error);
      throw error;
    }
  }
}

/** What the exchange of a code takes, by the names of OAuth 2.0. */
export interface ExchangeParameters extends Readonly<Record<string, string>> {
  readonly code: string;
  readonly redirect_uri: string;
  readonly client_id: string;
  readonly code_verifier: string;
}

type EndpointField = "registration_endpoint" | "token_endpoint" | "revocation_endpoint";

function formRequest(url: string, parameters: Readonly<Record<string, string>>): SentRequest {
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  return { method: "POST", url, headers, body: new URLSearchParams(parameters).toString() };
}

function malformed(field: EndpointField, problem: string, cause?: unknown): ClientError {
  return new ClientError("UNEXPECTED_RESPONSE", `the answer of the ${field} is malformed: ${problem}`, cause);
}

/** The error for what was refused at some place, with what the server says of it. */
export function refused(where: string, { error, error_description: description }: OAuthErrorBody): OAuthError {
  return new OAuthError(error, `${where}: ${printable(error)}${description === undefined ? "" : `: ${printable(description)}`}`);
}

/** A text of a server, for a message: without control characters, and not longer than somebody would read. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}+/gu, " ").slice(0, maxDescription);
}

/** Whether a homeserver says that it has no authorization server. */
export function isWithoutOAuth(error: unknown): boolean {
  return error instanceof MatrixError && (error.errcode === "M_UNRECOGNIZED" || error.status === 404);
}
