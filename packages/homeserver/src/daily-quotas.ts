import { type Clock, LruCache } from "@patrix/concurrency";
import { requireWithin } from "./errors.ts";
import type { RefusingLimitName } from "./limits.ts";

const DAY_MS = 86_400_000;
/** The most users whose use is remembered; the one seen longest ago is forgotten first. */
const REMEMBERED_USERS = 50_000;

/** What users have taken of what is limited by day. A restart forgets it; days are those of UTC. */
export class DailyQuotas {
  readonly #clock: Clock;
  readonly #used = new LruCache<string, { readonly day: number; readonly amount: number }>(REMEMBERED_USERS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes an amount. @throws {LimitError} If it is more than is left; nothing is taken then. */
  take(limit: RefusingLimitName, userNid: number, amount: number, field: string): void {
    const day = Math.floor(this.#clock.now() / DAY_MS);
    const key = `${limit} ${userNid}`;
    const known = this.#used.get(key);
    const used = (known?.day === day ? known.amount : 0) + amount;
    requireWithin(limit, used, field);
    this.#used.set(key, { day, amount: used });
  }
}
