import type { DeviceId, UserId } from "@patrix/identifiers";

/** Who the client is logged in as. Holds secrets: keep it as you keep a password. */
export interface Session {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** When the access token ends, in milliseconds since the Unix epoch; unknown if absent. */
  readonly expiresAt?: number | undefined;
  /** Base URL of the client-server API. */
  readonly homeserver: string;
  /** Where the tokens come from, if they are those of OAuth 2.0. */
  readonly oauth?: OAuthGrant | undefined;
}

/** Who has issued the tokens of a session, and to whom. */
export interface OAuthGrant {
  /** The authorization server. */
  readonly issuer: string;
  /** What the client is called there. */
  readonly clientId: string;
}

/** The tokens of a session. */
export type SessionTokens = Pick<Session, "accessToken" | "refreshToken" | "expiresAt">;

/** Reads a session from what a store kept; `undefined` if it is none. */
export function readSession(value: unknown): Session | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { userId, deviceId, accessToken, homeserver, oauth } = value as Partial<Session>;
  const whole = [userId, deviceId, accessToken, homeserver].every((part) => typeof part === "string");
  const isGrant = oauth === undefined || (typeof oauth.issuer === "string" && typeof oauth.clientId === "string");
  return whole && isGrant ? (value as Session) : undefined;
}
