import { matrixError } from "@patrix/api";
import type { OperationId } from "@patrix/client-api";
import type { RequestHead } from "@patrix/server";
import { addressBlock } from "./address-block.ts";
import { requireUnlocked } from "./by-access-token.ts";
import { guestOperations } from "./guest-access.ts";
import { rateLimitAction, type RateLimiter } from "./rate-limits.ts";
import { requireAppservice, type Requester } from "./requester.ts";
import { requireUnsuspended } from "./suspension.ts";

/** What a locked account may still do. */
const endings: ReadonlySet<string> = new Set<OperationId>(["logout", "logout_all"]);

/** Lets a request go on, or refuses it. */
export type Admit = (request: RequestHead, requester: Requester | undefined) => void;

/** Whose rates are not limited. */
export interface Unlimited {
  readonly isUnlimited: (userId: string) => boolean;
  /** Whether a token is that of an application service: it registers and logs in as many as it needs. */
  readonly isAppservice: (token: string) => boolean;
}

/** Admits by what locked accounts and guests may do and by the limits of rates; `limiter` is left out where rates are not limited. */
export function admitBy(limiter: RateLimiter | undefined, unlimited?: Unlimited): Admit {
  return (request, requester) => {
    const { endpoint } = request;
    if (requester && !endings.has(endpoint.id)) requireUnlocked(requester);
    if (requester?.isGuest && !guestOperations.has(endpoint.id))
      throw matrixError("M_GUEST_ACCESS_FORBIDDEN", `guests may not use ${endpoint.id}`);
    if (requester) requireUnsuspended(requester, endpoint.id);
    if (requester && endpoint.auth === "appserviceToken") requireAppservice(requester);
    if (!limiter || (unlimited && isUnlimited(unlimited, request, requester))) return;
    const action = rateLimitAction(endpoint.id);
    const address = addressBlock(request.clientAddress);
    limiter.take(action, requester?.userId ?? address);
    // Whoever guesses passwords with a token is one with whoever does so without.
    if (action === "login" && requester) limiter.take(action, address);
  };
}

function isUnlimited(
  { isUnlimited: isUser, isAppservice }: Unlimited,
  { token, endpoint }: RequestHead,
  requester: Requester | undefined,
): boolean {
  if (requester) return requester.appservice?.registration.rate_limited === false || isUser(requester.userId);
  return endpoint.auth === "none" && token !== undefined && isAppservice(token);
}
