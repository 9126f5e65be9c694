import { getTokenOwner, type GetTokenOwnerResponse } from "@patrix/client-api";
import type { Abortable } from "../abortable.ts";
import { ClientError } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";
import type { ForeignToken } from "./login-options.ts";
import type { Session } from "./session.ts";
import type { SessionHolder } from "./session-holder.ts";

/** What asks with an access token, and where. */
export interface TokenOwnerParts {
  readonly sessions: SessionHolder;
  readonly baseUrl: () => string;
  /** Sends requests with an access token that belongs to no session yet. */
  readonly withToken: (accessToken: string) => RequestSender;
}

/** Asks the homeserver whose an access token is. @throws {MatrixError} `M_UNKNOWN_TOKEN`. */
export function tokenOwner(
  { withToken }: TokenOwnerParts,
  accessToken: string,
  { signal }: Abortable = {},
): Promise<GetTokenOwnerResponse> {
  return withToken(accessToken).send(getTokenOwner, {}, { signal });
}

/** Takes over an access token that was got elsewhere. @throws {MatrixError} `M_UNKNOWN_TOKEN`. {@link ClientError} `INVALID_OPTIONS`. */
export async function takeOverToken(parts: TokenOwnerParts, { accessToken, deviceId }: ForeignToken): Promise<Session> {
  const owner = await tokenOwner(parts, accessToken);
  const device = owner.device_id ?? deviceId;
  if (device === undefined) throw new ClientError("INVALID_OPTIONS", "the access token belongs to no device: name one");
  const session: Session = { userId: owner.user_id, deviceId: device, accessToken, homeserver: parts.baseUrl() };
  await parts.sessions.begin(session);
  return session;
}
