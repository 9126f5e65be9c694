import type { SupportedVersions } from "@patrix/api";
import {
  getLoginFlows,
  type IdentityProvider,
  login,
  type LoginBody,
  type LoginFlow,
  type LoginResponse,
  redirectToIdP,
  redirectToSSO,
} from "@patrix/client-api";
import type { SingleFlight, TimerClock } from "@patrix/concurrency";
import { createDeviceId, createSessionId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import { ClientError, isRequestFailure, isTransient } from "../errors.ts";
import type { HttpClientParts, RequestSender } from "../http/http-client.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../stores/store.ts";
import { type AuthorizationServer, isWithoutOAuth } from "./oauth/authorization-server.ts";
import { checkRedirectUri } from "./oauth/client-metadata.ts";
import { unusable } from "./oauth/server-metadata.ts";
import { accountPage, beginAuthorization, endAuthorization } from "./oauth/oauth-login.ts";
import type { ForeignToken, LoginOptions } from "./login-options.ts";
import { type LoginAnswer, readLoginAnswer } from "./login-answer.ts";
import { type PendingAuthorization, type PendingLogin, PendingLogins } from "./pending-logins.ts";
import type { AccountPageOptions, BegunLogin, OAuthLoginOptions, RedirectTarget, SsoLoginOptions, Visit } from "./redirect-options.ts";
import type { Session } from "./session.ts";
import { takeOverToken, tokenOwner, type TokenOwnerParts } from "./token-owner.ts";

/** What logins need. */
export interface LoginsParts extends TokenOwnerParts {
  readonly http: RequestSender;
  readonly supported?: HttpClientParts["supported"];
  readonly store: Store;
  readonly clock: TimerClock;
  readonly logger: Logger;
  readonly server: AuthorizationServer;
  /** Logins that are being ended, by their state. It comes from where it is loaded anyway: a page takes all that it shares in files of their own. */
  readonly endings: SingleFlight<string, Session>;
  /** Begins the session that the homeserver has given. */
  readonly begin: (answer: LoginResponse) => Promise<Session>;
}

const maxFlowsBytes = 256 * 1024;

/** Logins by password or token, those that take the user to a page of the server and back, and what servers offer. */
export class Logins {
  readonly #parts: LoginsParts;
  readonly #pending: PendingLogins;

  constructor(parts: LoginsParts) {
    this.#parts = parts;
    this.#pending = new PendingLogins(parts.store, parts.clock);
  }

  /** The ways to log in that are to be offered; `oauth` comes first. */
  async flows(): Promise<readonly string[]> {
    const [flows, hasOAuth] = await Promise.all([this.#flows(), this.#hasOAuth()]);
    // The page of the server has all others.
    const isPreferred = flows.some(({ type, oauth_aware_preferred: preferred }) => type === "m.login.sso" && preferred === true);
    const offered = flows.map(({ type }) => type).filter((type) => !isPreferred || type !== "m.login.password");
    return hasOAuth ? ["oauth", ...offered] : offered;
  }

  async identityProviders(): Promise<readonly IdentityProvider[]> {
    return (await this.#flows()).find(({ type }) => type === "m.login.sso")?.identity_providers ?? [];
  }

  password(user: string, password: string, options: LoginOptions): Promise<Session> {
    return this.#logIn({ type: "m.login.password", identifier: { type: "m.id.user", user }, password }, options);
  }

  token(token: string, options: LoginOptions): Promise<Session> {
    return this.#logIn({ type: "m.login.token", token }, options);
  }

  accessToken(options: ForeignToken): Promise<Session> {
    return takeOverToken(this.#parts, options);
  }

  oauth(options: OAuthLoginOptions & { visit: Visit }): Promise<Session> {
    return this.#visit(options, (redirectUri) => this.beginOAuth({ ...options, redirectUri }));
  }

  sso(options: SsoLoginOptions & { visit: Visit }): Promise<Session> {
    return this.#visit(options, (redirectUri) => this.beginSso({ ...options, redirectUri }));
  }

  async beginOAuth(options: OAuthLoginOptions & RedirectTarget): Promise<BegunLogin> {
    const { sessions, server } = this.#parts;
    const [state, deviceId] = [createSessionId(), options.deviceId ?? sessions.softLoggedOut?.deviceId ?? createDeviceId()];
    requireScopeToken(deviceId);
    const supported: SupportedVersions | undefined = await this.#parts.supported?.(options.signal);
    const { url, authorization } = await beginAuthorization(server, { ...options, state, deviceId, supported });
    return this.#begun(url, { state, oauth: authorization });
  }

  async beginSso(options: SsoLoginOptions & RedirectTarget): Promise<BegunLogin> {
    const { idp, redirectUri, action = "login", deviceName, signal, deviceId = this.#parts.sessions.softLoggedOut?.deviceId } = options;
    const [state, redirect] = [createSessionId(), checkRedirectUri(redirectUri)];
    // Whoever comes back without it was not sent by us.
    redirect.searchParams.set("state", state);
    const query = { redirectUrl: redirect.href, action };
    const baseUrl = this.#parts.baseUrl();
    const supported = await this.#parts.supported?.(signal);
    const { url } =
      idp === undefined
        ? redirectToSSO.request({ query }, { baseUrl, supported })
        : redirectToIdP.request({ path: { idpId: idp }, query }, { baseUrl, supported });
    return this.#begun(url, { state, deviceId, deviceName });
  }

  /** Ends the login that a user has come back from. Asked twice at once, as pages do, it is done once. */
  async complete(callbackUrl: string, options: Abortable = {}): Promise<Session | undefined> {
    const answer = readLoginAnswer(callbackUrl);
    if (!answer) return undefined;
    const { state } = answer;
    if (state === undefined) throw new ClientError("LOGIN_NOT_BEGUN", "state: the answer belongs to no login that was begun here");
    return this.#parts.endings.run(state, async () => this.#end(await this.#pending.get(state), answer, options));
  }

  async accountPage(options: AccountPageOptions): Promise<string | undefined> {
    const { server } = this.#parts;
    try {
      return accountPage(await server.metadata(options), this.#parts.baseUrl(), options);
    } catch (error) {
      if (isWithoutOAuth(error)) return undefined;
      throw error;
    }
  }

  async #visit({ visit, signal }: Abortable & { visit: Visit }, begin: (redirectUri: string) => Promise<BegunLogin>): Promise<Session> {
    signal?.throwIfAborted();
    const session = await this.complete(await visit(begin, { signal }), { signal });
    if (session) return session;
    throw new ClientError("UNEXPECTED_RESPONSE", "the user came back without an answer to the login");
  }

  async #begun(url: string, login: Pick<PendingLogin, "state" | "deviceId" | "deviceName" | "oauth">): Promise<BegunLogin> {
    const { clock } = this.#parts;
    await this.#pending.keep({ ...login, begunAt: clock.now(), homeserver: this.#parts.baseUrl() });
    return { url, isAnswer: (callbackUrl) => readLoginAnswer(callbackUrl)?.state === login.state };
  }

  async #end(pending: PendingLogin, answer: LoginAnswer, options: Abortable): Promise<Session> {
    if (pending.homeserver !== this.#parts.baseUrl())
      throw new ClientError("LOGIN_NOT_BEGUN", "state: the login was begun at another homeserver");
    try {
      const session = pending.oauth
        ? await this.#endOAuth({ ...pending, oauth: pending.oauth }, answer, options)
        : await this.#endSso(pending, answer);
      await this.#pending.clear();
      return session;
    } catch (error) {
      // What was refused stays so. Somebody else's answer says nothing about the login.
      const isOver = isRequestFailure(error) && !isTransient(error) && error.code !== "LOGIN_NOT_BEGUN";
      if (isOver) await this.#pending.remove(pending.state);
      throw error;
    }
  }

  async #endOAuth(
    pending: PendingLogin & { readonly oauth: PendingAuthorization },
    answer: LoginAnswer,
    options: Abortable,
  ): Promise<Session> {
    const { server, sessions } = this.#parts;
    const { oauth: authorization } = pending;
    const { deviceId } = authorization;
    let { tokens } = authorization;
    if (!tokens) {
      tokens = await endAuthorization(server, { authorization, answer }, options);
      // The code is used up: whatever happens from here on, the tokens are there.
      await this.#pending.keep({ ...pending, oauth: { ...authorization, tokens } });
    }
    const { issuer, clientId } = authorization;
    const { accessToken, refreshToken, expiresAt } = tokens;
    const { user_id: userId, device_id: grantedDevice } = await tokenOwner(this.#parts, accessToken, options);
    const oauth = { issuer, clientId };
    const session = { userId, deviceId, accessToken, refreshToken, expiresAt, homeserver: this.#parts.baseUrl(), oauth };
    if (grantedDevice !== deviceId) {
      // Nobody will use it.
      await server.revoke(session).catch(() => {});
      throw unusable("device_id", "the access token is not that of the device that was asked for");
    }
    await sessions.begin(session);
    return session;
  }

  async #endSso({ deviceId, deviceName }: PendingLogin, { loginToken }: LoginAnswer): Promise<Session> {
    if (loginToken === undefined) throw new ClientError("UNEXPECTED_RESPONSE", "loginToken: it is missing in the answer of the homeserver");
    return this.token(loginToken, { deviceId, deviceName });
  }

  async #logIn(body: LoginBody, { deviceName, deviceId }: LoginOptions): Promise<Session> {
    const { http, sessions, begin } = this.#parts;
    const device = deviceId ?? sessions.softLoggedOut?.deviceId;
    const answer = await http.send(login, {
      body: { ...body, initial_device_display_name: deviceName, device_id: device, refresh_token: true },
    });
    return begin(answer);
  }

  async #flows(): Promise<readonly LoginFlow[]> {
    try {
      return (await this.#parts.http.send(getLoginFlows, {}, { maxResponseBytes: maxFlowsBytes })).flows ?? [];
    } catch (error) {
      // There is nothing but OAuth then.
      if (isWithoutOAuth(error)) return [];
      throw error;
    }
  }

  async #hasOAuth(): Promise<boolean> {
    const { server, logger } = this.#parts;
    try {
      await server.metadata();
      return true;
    } catch (error) {
      if (isWithoutOAuth(error)) return false;
      if (!(error instanceof ClientError && ["OAUTH_UNUSABLE", "UNEXPECTED_RESPONSE", "RESPONSE_TOO_LARGE"].includes(error.code)))
        throw error;
      logger.warn(`OAuth 2.0 is not offered: ${error.message}`);
      return false;
    }
  }
}

/** @throws {ClientError} `INVALID_OPTIONS` for a device ID that cannot be part of a scope. */
function requireScopeToken(deviceId: string): void {
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(deviceId))
    throw new ClientError("INVALID_OPTIONS", "option deviceId: visible characters of ASCII without quote and backslash are wanted");
}
