import { matrixError } from "@patrix/api";
import type { Authenticate } from "@patrix/server";
import { type Ready, whenReady } from "../../ready.ts";
import { actAs, type AppserviceAccess } from "./by-appservice-token.ts";
import type { Requester } from "./requester.ts";

/** Finds whose token this is; `"expired"` if it was valid once and can be refreshed. */
export type TokenLookup = (token: string, clientAddress: string) => Ready<Requester | "expired" | undefined>;

/** The longest token that is looked at. */
const MAX_TOKEN_LENGTH = 1_024;

/** Authenticates users by their access token, and application services by theirs; an expired one is answered with `M_UNKNOWN_TOKEN` and `soft_logout`. */
export function byAccessToken(lookup: TokenLookup, access?: AppserviceAccess): Authenticate<Requester> {
  return (request) => {
    const { token, clientAddress } = request;
    if (token === undefined || token.length > MAX_TOKEN_LENGTH) return undefined;
    const service = access?.appservices.byToken(token);
    if (access && service) {
      access.noted?.(service);
      return actAs(access, service, request);
    }
    return whenReady(lookup(token, clientAddress), requireValid);
  };
}

function requireValid(found: Requester | "expired" | undefined): Requester | undefined {
  if (found === "expired") throw matrixError("M_UNKNOWN_TOKEN", "the access token has expired", { soft_logout: true });
  return found;
}

/** Checks that a requester's account is not locked. @throws {MatrixError} `M_USER_LOCKED`. */
export function requireUnlocked({ isLocked }: Pick<Requester, "isLocked">): void {
  if (isLocked) throw matrixError("M_USER_LOCKED", "an administrator has locked the account", { soft_logout: true });
}

/**
 * Checks a token where an endpoint takes requests without one and the configuration does not.
 *
 * @throws {MatrixError} `M_MISSING_TOKEN`, `M_UNKNOWN_TOKEN` or `M_USER_LOCKED`.
 */
export function tokenRequired(
  lookup: (token: string) => Ready<Pick<Requester, "isLocked"> | "expired" | undefined>,
): (token: string | undefined) => Promise<void> {
  return async (token) => {
    if (token === undefined) throw matrixError("M_MISSING_TOKEN", "the request carries no access token");
    const found = token.length > MAX_TOKEN_LENGTH ? undefined : await lookup(token);
    if (typeof found !== "object") throw matrixError("M_UNKNOWN_TOKEN", "the access token is not known", { soft_logout: false });
    requireUnlocked(found);
  };
}
