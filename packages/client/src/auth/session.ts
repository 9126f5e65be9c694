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
}

/** Reads a session from what a store kept; `undefined` if it is none. */
export function readSession(value: unknown): Session | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { userId, deviceId, accessToken, homeserver } = value as Partial<Session>;
  const whole = [userId, deviceId, accessToken, homeserver].every((part) => typeof part === "string");
  return whole ? (value as Session) : undefined;
}
