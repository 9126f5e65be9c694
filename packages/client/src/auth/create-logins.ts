import { Logins, type LoginsParts } from "./logins.ts";
import { AuthorizationServer, type AuthorizationServerParts } from "./oauth/authorization-server.ts";

// What is loaded when there is no session to go on with, or one of OAuth 2.0.
export { discoverHomeserver } from "../http/discover-homeserver.ts";
export { registerUser } from "./register-user.ts";

/** Composes the authorization server of a homeserver. */
export function createAuthorizationServer(parts: AuthorizationServerParts): AuthorizationServer {
  return new AuthorizationServer(parts);
}

/** Composes the logins. */
export function createLogins(parts: LoginsParts): Logins {
  return new Logins(parts);
}
