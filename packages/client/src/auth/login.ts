import { type IdentityProvider, logout, type LoginResponse } from "@patrix/client-api";
import { SingleFlight, type TimerClock } from "@patrix/concurrency";
import type { Abortable } from "../abortable.ts";
import { ClientError, isUnknownToken } from "../errors.ts";
import { HttpClient, type HttpClientParts } from "../http/http-client.ts";
import { type Loaded, loaded } from "../loaded.ts";
import type { Store } from "../stores/store.ts";
import type { ForeignToken, LoginOptions, Registration } from "./login-options.ts";
import type { AuthorizationServer } from "./oauth/authorization-server.ts";
import type { Logins } from "./logins.ts";
import type { AccountPageOptions, OAuthLoginOptions, RedirectTarget, SsoLoginOptions, Visit } from "./redirect-options.ts";
import type { Session } from "./session.ts";
import type { SessionHolder } from "./session-holder.ts";

/** The ways to log in. Each replaces the session and keeps it in the store. */
export interface Login {
  /**
   * The ways that the server offers: `oauth`, and kinds of login such as `m.login.password` and `m.login.sso`. What a server does not want to be
   * offered beside its own page is left out.
   */
  flows(): Promise<readonly string[]>;
  /** Who can say who a user is, for {@link Login.sso}; empty where the server does not let clients choose. */
  identityProviders(): Promise<readonly IdentityProvider[]>;
  /** Logs in by localpart or user ID. @throws {MatrixError} `M_FORBIDDEN` if either is wrong. */
  password(user: string, password: string, options?: LoginOptions): Promise<Session>;
  /** Logs in with the short-lived token of `m.login.token`. */
  token(token: string, options?: LoginOptions): Promise<Session>;
  /** Takes over an access token that was got elsewhere; asks the server whose it is. */
  accessToken(options: ForeignToken): Promise<Session>;
  /**
   * Logs in by OAuth 2.0: takes the user to the page of the authorization server and back, in a program that goes on meanwhile.
   *
   * @throws {OAuthError} `access_denied` and others. {@link ClientError} `OAUTH_UNUSABLE`, naming what the server lacks; `TIMEOUT`.
   * @see {@link https://spec.matrix.org/v1.19/client-server-api/#oauth-20-api}
   * @example
   * await client.login.oauth({ visit: loopback({ open }), clientMetadata: { client_name: "Clock", client_uri: "https://clock.example.org/" } });
   */
  oauth(options: OAuthLoginOptions & { visit: Visit }): Promise<Session>;
  /**
   * Logs in by single sign-on, like {@link Login.oauth}.
   *
   * @see {@link https://spec.matrix.org/v1.19/client-server-api/#sso-client-loginauthentication}
   */
  sso(options: SsoLoginOptions & { visit: Visit }): Promise<Session>;
  /**
   * Begins a login by OAuth 2.0 in a page: gives the address to go to. The user comes back to the redirect URI, perhaps a day later, where
   * {@link Login.complete} ends it: what it needs is in the store.
   *
   * @throws As {@link Login.oauth}.
   * @example
   * location.assign(await client.login.beginOAuth({ redirectUri: `${location.origin}/` }));
   */
  beginOAuth(options: OAuthLoginOptions & RedirectTarget): Promise<string>;
  /** Begins a login by single sign-on in a page, like {@link Login.beginOAuth}. */
  beginSso(options: SsoLoginOptions & RedirectTarget): Promise<string>;
  /**
   * Ends the login whose answer is in the address that the user has come back by; nothing if there is none in it. Where the network has failed
   * meanwhile it can be asked again. The address holds secrets: replace it afterwards.
   *
   * @throws {ClientError} `LOGIN_NOT_BEGUN` for an answer to no login that was begun here. {@link OAuthError} `access_denied`, `invalid_grant`, ….
   * @example
   * if (await client.login.complete(location.href)) history.replaceState(null, "", "/");
   */
  complete(callbackUrl: string, options?: Abortable): Promise<Session | undefined>;
  /**
   * The page of the server on which users manage their account, by what they want to do there; nothing if there is none. With OAuth 2.0, devices
   * are ended and accounts deactivated only there.
   */
  accountPage(options?: AccountPageOptions): Promise<string | undefined>;
}

/** Everything about becoming and ceasing to be somebody. */
export interface Authentication {
  readonly login: Login;
  register(registration: Registration): Promise<Session>;
  logout(): Promise<void>;
}

/** What logging in needs. */
export interface LoginParts {
  readonly http: HttpClient;
  readonly httpParts: HttpClientParts;
  readonly sessions: SessionHolder;
  readonly clock: TimerClock;
  readonly store: Store;
  readonly oauth: Loaded<AuthorizationServer>;
  /** Loads the logins: whoever goes on with a session needs none. */
  readonly logins: Loaded<typeof import("./create-logins.ts")>;
}

/** Composes the ways to log in, to register and to log out. */
export function createAuthentication(parts: LoginParts): Authentication {
  return {
    login: createLogin(parts),
    register: async (registration) => {
      const { registerUser } = await parts.logins();
      return begin(parts, await registerUser(parts.http, parts.httpParts.baseUrl(), registration));
    },
    logout: () => logOut(parts),
  };
}

function createLogin(parts: LoginParts): Login {
  const { httpParts } = parts;
  const withToken = (accessToken: string): HttpClient =>
    new HttpClient({ ...httpParts, credentials: { accessToken: async () => accessToken, rejected: async () => false } });
  const logins = loaded<Logins>(async () => {
    const { createLogins } = await parts.logins();
    return createLogins({
      ...httpParts,
      ...parts,
      server: await parts.oauth(),
      begin: (answer) => begin(parts, answer),
      withToken,
      endings: new SingleFlight(),
    });
  });
  return {
    flows: async () => (await logins()).flows(),
    identityProviders: async () => (await logins()).identityProviders(),
    password: async (user, password, options = {}) => (await logins()).password(user, password, options),
    token: async (token, options = {}) => (await logins()).token(token, options),
    accessToken: async (options) => (await logins()).accessToken(options),
    oauth: async (options) => (await logins()).oauth(options),
    sso: async (options) => (await logins()).sso(options),
    beginOAuth: async (options) => (await (await logins()).beginOAuth(options)).url,
    beginSso: async (options) => (await (await logins()).beginSso(options)).url,
    complete: async (callbackUrl, options) => (await logins()).complete(callbackUrl, options),
    accountPage: async (options = {}) => (await logins()).accountPage(options),
  };
}

async function begin({ httpParts, sessions, clock }: LoginParts, answer: LoginResponse): Promise<Session> {
  const session: Session = {
    userId: answer.user_id,
    deviceId: answer.device_id,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: answer.expires_in_ms === undefined ? undefined : clock.now() + answer.expires_in_ms,
    homeserver: httpParts.baseUrl(),
  };
  await sessions.begin(session);
  return session;
}

async function logOut({ http, sessions, oauth }: LoginParts): Promise<void> {
  const session = await sessions.settled();
  if (session?.oauth) await (await oauth()).revoke({ ...session, oauth: session.oauth });
  else await logOutByMatrix(http);
  await sessions.end();
}

async function logOutByMatrix(http: HttpClient): Promise<void> {
  try {
    await http.send(logout, {}, { idempotent: true });
  } catch (error) {
    // Whoever is logged out already has what they asked for.
    if (!isUnknownToken(error) && !(error instanceof ClientError && error.code === "NOT_LOGGED_IN")) throw error;
  }
}
