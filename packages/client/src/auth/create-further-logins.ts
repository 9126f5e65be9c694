import { AuthorizationServer, type AuthorizationServerParts } from "./oauth/authorization-server.ts";
import { FurtherLogins, type FurtherLoginsParts } from "./further-logins.ts";

/** Composes the authorization server of a homeserver. It is loaded with the logins, or when a session of one goes on. */
export function createAuthorizationServer(parts: AuthorizationServerParts): AuthorizationServer {
  return new AuthorizationServer(parts);
}

/** Composes the logins that are not by password. They are loaded apart: clients that log in otherwise are smaller. */
export function createFurtherLogins(parts: FurtherLoginsParts): FurtherLogins {
  return new FurtherLogins(parts);
}
