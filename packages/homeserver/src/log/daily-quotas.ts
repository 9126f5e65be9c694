import { type Clock, LruCache } from "@patrix/concurrency";
import { LimitError } from "../errors.ts";
import { type DailyLimitName, type DailyLimits, limits } from "../limits.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { addDailyUsage, dailyUsage } from "../store/statements/daily-usage.ts";
import type { Store } from "../store/store.ts";

const DAY_MS = 86_400_000;
/** The most users and limits whose use is in memory; the others are read again. */
const REMEMBERED = 50_000;

/** What a user has taken of a limit on the day that it was last taken. */
interface Usage {
  day: number;
  amount: number;
}

/** An amount that is taken until it is disposed of; what was counted by then stays taken. */
export interface Reservation extends Disposable {
  /** What stores that an amount was used, at most the one that is reserved; it belongs into the commit of what it counts. */
  count(amount?: number): WriteOperation;
}

/** What users have taken of what is limited by day. It is stored with what it counts, and days are those of UTC. */
export class DailyQuotas {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #configured: DailyLimits;
  readonly #known = new LruCache<string, Promise<Usage>>(REMEMBERED);
  #isExempt: (userNid: number) => Promise<boolean> = () => Promise.resolve(false);

  /** @param configured - Where a limit is another than that of the table. */
  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }, configured: DailyLimits = {}) {
    this.#store = store;
    this.#clock = clock;
    this.#configured = configured;
  }

  /** Says who may take as much as they want: those whom the administrator trusts with it. */
  exempt(isExempt: (userNid: number) => Promise<boolean>): void {
    this.#isExempt = isExempt;
  }

  /** Whether a user may take as much as they want. */
  isExempt(userNid: number): Promise<boolean> {
    return this.#isExempt(userNid);
  }

  /** Takes an amount for something that is about to be stored. @throws {LimitError} If it is more than is left of the day. */
  async reserve(limit: DailyLimitName, userNid: number, amount: number, field: string): Promise<Reservation> {
    const isExempt = await this.#isExempt(userNid);
    const usage = await this.#usage(limit, userNid);
    const now = this.#clock.now();
    const day = Math.floor(now / DAY_MS);
    if (usage.day !== day) Object.assign(usage, { day, amount: 0 });
    const most = this.#configured[limit] ?? limits[limit].value;
    if (!isExempt && usage.amount + amount > most) throw new LimitError(limit, field, { most, retryAfterMs: (day + 1) * DAY_MS - now });
    usage.amount += amount;
    let unused = amount;
    return {
      count(used = amount) {
        unused -= used;
        return operation(addDailyUsage, userNid, limit, day, used);
      },
      [Symbol.dispose]() {
        if (usage.day === day) usage.amount -= unused;
        unused = 0;
      },
    };
  }

  #usage(limit: DailyLimitName, userNid: number): Promise<Usage> {
    const key = `${limit} ${userNid}`;
    const known = this.#known.get(key);
    if (known) return known;
    const loading = this.#store.get(dailyUsage, userNid, limit).then((row) => (row ? { ...row } : { day: 0, amount: 0 }));
    this.#known.set(key, loading);
    loading.catch(() => this.#known.delete(key));
    return loading;
  }
}
