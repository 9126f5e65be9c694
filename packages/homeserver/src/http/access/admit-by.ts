import { matrixError } from "@patrix/api";
import type { RequestHead } from "@patrix/server";
import { guestOperations } from "./guest-access.ts";
import { rateLimitAction, type RateLimiter } from "./rate-limits.ts";
import type { Requester } from "./requester.ts";

/** Lets a request go on, or refuses it. */
export type Admit = (request: RequestHead, requester: Requester | undefined) => void;

/** Admits by what guests may do and by the limits of rates; `limiter` is left out where rates are not limited. */
export function admitBy(limiter: RateLimiter | undefined): Admit {
  return (request, requester) => {
    const { endpoint } = request;
    if (requester?.isGuest && !guestOperations.has(endpoint.id))
      throw matrixError("M_GUEST_ACCESS_FORBIDDEN", `guests may not use ${endpoint.id}`);
    const action = limiter && rateLimitAction(endpoint.id, endpoint.rateLimited);
    if (action) limiter.take(action, requester?.userId ?? request.clientAddress);
  };
}
