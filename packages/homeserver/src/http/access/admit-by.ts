import { matrixError } from "@patrix/api";
import type { OperationId } from "@patrix/client-api";
import type { RequestHead } from "@patrix/server";
import { addressBlock } from "./address-block.ts";
import { requireUnlocked } from "./by-access-token.ts";
import { guestOperations } from "./guest-access.ts";
import { rateLimitAction, type RateLimiter } from "./rate-limits.ts";
import type { Requester } from "./requester.ts";

/** What a locked account may still do. */
const endings: ReadonlySet<string> = new Set<OperationId>(["logout", "logout_all"]);

/** Lets a request go on, or refuses it. */
export type Admit = (request: RequestHead, requester: Requester | undefined) => void;

/** Admits by what locked accounts and guests may do and by the limits of rates; `limiter` is left out where rates are not limited. */
export function admitBy(limiter: RateLimiter | undefined): Admit {
  return (request, requester) => {
    const { endpoint } = request;
    if (requester && !endings.has(endpoint.id)) requireUnlocked(requester);
    if (requester?.isGuest && !guestOperations.has(endpoint.id))
      throw matrixError("M_GUEST_ACCESS_FORBIDDEN", `guests may not use ${endpoint.id}`);
    if (!limiter) return;
    const action = rateLimitAction(endpoint.id);
    const address = addressBlock(request.clientAddress);
    limiter.take(action, requester?.userId ?? address);
    // Whoever guesses passwords with a token is one with whoever does so without.
    if (action === "login" && requester) limiter.take(action, address);
  };
}
