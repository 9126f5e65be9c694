import { matrixError } from "@patrix/api";
import type { Authenticate } from "./authenticate.ts";
import { MountError } from "./errors.ts";

/**
 * Authenticates the homeserver that an application service belongs to, by the `hs_token` of the registration. Another token is answered
 * with 403 `M_FORBIDDEN`.
 *
 * @throws {MountError} `NO_AUTHENTICATION` for an empty token, which everybody would have.
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#authorization}
 */
export function byHomeserverToken(hsToken: string): Authenticate<"homeserver"> {
  if (hsToken === "") throw new MountError("NO_AUTHENTICATION", "the hs_token is empty");
  return ({ token }) => {
    if (token === undefined) return undefined;
    if (isSameText(token, hsToken)) return "homeserver";
    throw matrixError("M_FORBIDDEN", "the token is not this application service's hs_token");
  };
}

/** Compares in a time that does not tell how much is equal. */
function isSameText(given: string, secret: string): boolean {
  let difference = given.length ^ secret.length;
  for (let i = 0; i < secret.length; i++) difference |= given.charCodeAt(i) ^ secret.charCodeAt(i);
  return difference === 0;
}
