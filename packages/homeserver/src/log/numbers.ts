import { operation } from "../store/statement.ts";
import { counters, upsertCounter } from "../store/statements/shards.ts";
import type { Store } from "../store/store.ts";
import type { Carry } from "./names.ts";
import { counterOf, position } from "./position.ts";

/** How many numbers are reserved in one go; a restart leaves out what is left of them. */
const RESERVED_AT_ONCE = 256;

/**
 * Numbers things of one kind: rooms, devices, state groups. Each number belongs to a shard, whose owner alone gives it, so
 * that several processes never give the same one. No number is given twice, though what had it is gone.
 */
export class Numbers {
  readonly #kind: string;
  readonly #carry: Carry;
  readonly #given: number[];
  readonly #reserved: number[];

  private constructor(kind: string, carry: Carry, reserved: readonly number[]) {
    this.#kind = kind;
    this.#carry = carry;
    this.#given = [...reserved];
    this.#reserved = [...reserved];
  }

  /** Opens the numbers of a kind. `used` is the largest one in use, for data that was made before numbers were reserved. */
  static async open(
    { store, carry, shards }: { readonly store: Store; readonly carry: Carry; readonly shards: number },
    kind: string,
    used: number,
  ): Promise<Numbers> {
    const reserved = Array.from({ length: shards }, () => counterOf(used) + 1);
    for (const { shard, value } of await store.all(counters, kind)) reserved[shard] = Math.max(value, reserved[shard] ?? 0);
    return new Numbers(kind, carry, reserved);
  }

  /** Gives the next number of a shard. That it is taken is stored with the next batch, before anything can refer to it. */
  next(shard: number): number {
    const counter = (this.#given[shard] ?? 0) + 1;
    this.#given[shard] = counter;
    if (counter > (this.#reserved[shard] ?? 0)) {
      const reserved = counter + RESERVED_AT_ONCE;
      this.#reserved[shard] = reserved;
      this.#carry(operation(upsertCounter, this.#kind, shard, reserved));
    }
    return position(counter, shard);
  }
}
