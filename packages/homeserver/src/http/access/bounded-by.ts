import { Semaphore } from "@patrix/concurrency";
import type { HandledEndpoint, RequestContext } from "@patrix/server";
import { OverloadedError } from "../../errors.ts";
import { nextTurn } from "../../turns.ts";

/** What of some operations is done at once. */
export interface Bound<User> {
  /** The IDs of the operations. */
  readonly operations: ReadonlySet<string>;
  /** Who asks: each has places of their own. */
  readonly callerOf: (context: RequestContext<User>) => string;
  /** How many requests of one caller run at once. */
  readonly atOnce: number;
  /** How many more may wait; beyond that they are refused with `M_LIMIT_EXCEEDED`. */
  readonly waiting: number;
}

/** Lets each caller do only so many things of a kind at once. */
export function boundedBy<User>(
  registrations: readonly HandledEndpoint<User>[],
  { operations, callerOf, atOnce, waiting }: Bound<User>,
): HandledEndpoint<User>[] {
  const places = new Map<string, Semaphore>();
  return registrations.map((registration) => {
    if (!operations.has(registration.endpoint.id)) return registration;
    const { handler } = registration;
    return {
      ...registration,
      handler: async (request, context) => {
        const caller = callerOf(context);
        const place = places.get(caller) ?? new Semaphore(atOnce, { maxWaiting: waiting });
        if (place.isFull) throw new OverloadedError("too many expensive requests at once", 1_000);
        places.set(caller, place);
        try {
          return await place.run(async () => {
            await nextTurn();
            return handler(request, context);
          });
        } finally {
          if (place.isIdle) places.delete(caller);
        }
      },
    };
  });
}
