import {
  getLoginFlows,
  getTokenOwner,
  login as loginEndpoint,
  logout,
  type LoginBody,
  register,
  type RegisterResponse,
} from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { DeviceId } from "@patrix/identifiers";
import { ClientError, isUnknownToken } from "../errors.ts";
import { HttpClient, type HttpClientParts } from "../http/http-client.ts";
import type { Session } from "./session.ts";
import type { SessionHolder } from "./session-holder.ts";
import { authenticate, type UiaHandler } from "./uia.ts";

/** What a new device is called. */
export interface LoginOptions {
  /** Shown to the user in the list of devices. */
  deviceName?: string | undefined;
  /** An own device to log in as again; the server makes a new one by default. */
  deviceId?: DeviceId | undefined;
}

/** A user to be. */
export interface Registration extends LoginOptions {
  /** The localpart. */
  username: string;
  password: string;
  /** Answers the stages that need a person. */
  uia?: UiaHandler | undefined;
}

/** The ways to log in. Each replaces the session and keeps it in the store. */
export interface Login {
  /** The kinds of login that the server offers, as `m.login.password`. */
  flows(): Promise<readonly string[]>;
  /** Logs in by localpart or user ID. @throws {MatrixError} `M_FORBIDDEN` if either is wrong. */
  password(user: string, password: string, options?: LoginOptions): Promise<Session>;
  /** Logs in with the short-lived token of `m.login.token`. */
  token(token: string, options?: LoginOptions): Promise<Session>;
  /** Takes over an access token that was got elsewhere; asks the server whose it is. */
  accessToken(options: { accessToken: string; deviceId?: DeviceId | undefined }): Promise<Session>;
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
}

/** Composes the ways to log in, to register and to log out. */
export function createAuthentication(parts: LoginParts): Authentication {
  return { login: createLogin(parts), register: (registration) => registerUser(parts, registration), logout: () => logOut(parts) };
}

function createLogin({ http, httpParts, sessions, clock }: LoginParts): Login {
  const logIn = async (body: LoginBody, { deviceName, deviceId }: LoginOptions): Promise<Session> => {
    const device = deviceId ?? sessions.softLoggedOut?.deviceId;
    const answer = await http.send(loginEndpoint, {
      body: { ...body, initial_device_display_name: deviceName, device_id: device, refresh_token: true },
    });
    return begin({ httpParts, sessions, clock }, { ...answer, access_token: answer.access_token, device_id: answer.device_id });
  };
  return {
    flows: async () => ((await http.send(getLoginFlows, {})).flows ?? []).map(({ type }) => type),
    password: (user, password, options = {}) =>
      logIn({ type: "m.login.password", identifier: { type: "m.id.user", user }, password }, options),
    token: (token, options = {}) => logIn({ type: "m.login.token", token }, options),
    accessToken: async ({ accessToken, deviceId }) => {
      const credentials = { accessToken: async () => accessToken, rejected: async () => false };
      const owner = await new HttpClient({ ...httpParts, credentials }).send(getTokenOwner, {});
      const device = owner.device_id ?? deviceId;
      if (device === undefined) throw new ClientError("INVALID_OPTIONS", "the access token belongs to no device: name one");
      const session: Session = { userId: owner.user_id, deviceId: device, accessToken, homeserver: httpParts.baseUrl() };
      await sessions.begin(session);
      return session;
    },
  };
}

async function registerUser({ http, httpParts, sessions, clock }: LoginParts, registration: Registration): Promise<Session> {
  const { username, password, uia, deviceName, deviceId } = registration;
  const answer = await authenticate(
    (auth) =>
      http.send(register, {
        body: { username, password, auth, initial_device_display_name: deviceName, device_id: deviceId, refresh_token: true },
      }),
    { handler: uia, baseUrl: httpParts.baseUrl() },
  );
  return begin({ httpParts, sessions, clock }, answer);
}

async function begin({ httpParts, sessions, clock }: Omit<LoginParts, "http">, answer: RegisterResponse): Promise<Session> {
  if (answer.access_token === undefined || answer.device_id === undefined)
    throw new ClientError("UNEXPECTED_RESPONSE", "the server made the account without logging in");
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

async function logOut({ http, sessions }: LoginParts): Promise<void> {
  try {
    await http.send(logout, {}, { idempotent: true });
  } catch (error) {
    // Whoever is logged out already has what they asked for.
    if (!isUnknownToken(error) && !(error instanceof ClientError && error.code === "NOT_LOGGED_IN")) throw error;
  }
  await sessions.end();
}
