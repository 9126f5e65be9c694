import type { Store } from "../../store/store.ts";
import { eventOfTransaction, transactionsOfDevice } from "../../store/statements/events.ts";

/** The bits of the filter, and how many transactions it takes before it says too often that it may know one. */
const FILTER_BITS = 2 ** 23;
const FILTER_LIMIT = 600_000;
/** How many bits stand for a transaction. */
const HASHES = 4;
/** A device that has sent more than this of late is looked up each time. */
const READ_LIMIT = 1_000;

/**
 * Knows which transaction IDs devices have used for which events. Nearly all that clients send are new, and a filter in memory (Bloom's)
 * says so: the store is asked only where the filter may know the transaction, or does not know the device.
 */
export class SentTransactions {
  readonly #store: Pick<Store, "get" | "all">;
  readonly #filter = new Uint32Array(FILTER_BITS / 32);
  /** The devices of which the filter knows every transaction that is stored. */
  readonly #devices = new Set<number>();
  readonly #limit: number;
  #size = 0;

  /** @param limit How many transactions the filter takes before it begins anew. */
  constructor(store: Pick<Store, "get" | "all">, limit: number = FILTER_LIMIT) {
    this.#store = store;
    this.#limit = limit;
  }

  /** The event that a device has sent with a transaction. */
  async find(deviceNid: number, key: string): Promise<number | undefined> {
    if (this.#size >= this.#limit) this.#forget();
    if (!this.#devices.has(deviceNid)) await this.#learn(deviceNid);
    if (this.#devices.has(deviceNid) && !this.#mayHave(deviceNid, key)) return undefined;
    return (await this.#store.get(eventOfTransaction, deviceNid, key))?.event_nid;
  }

  /** Notes a transaction once it is stored. */
  add(deviceNid: number, key: string): void {
    this.#size++;
    for (const bit of bitsOf(deviceNid, key)) this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  #forget(): void {
    this.#filter.fill(0);
    this.#devices.clear();
    this.#size = 0;
  }

  async #learn(deviceNid: number): Promise<void> {
    const rows = await this.#store.all(transactionsOfDevice, deviceNid, READ_LIMIT + 1);
    if (rows.length > READ_LIMIT) return;
    for (const { txn } of rows) this.add(deviceNid, txn);
    this.#devices.add(deviceNid);
  }

  #mayHave(deviceNid: number, key: string): boolean {
    for (const bit of bitsOf(deviceNid, key)) if (((this.#filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
    return true;
  }
}

/** The bits of the filter that stand for a transaction: two hashes (FNV-1a) make as many as are wanted. */
function bitsOf(deviceNid: number, key: string): number[] {
  let first = 0x811c9dc5 ^ deviceNid;
  let second = 0x9e3779b9 ^ deviceNid;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x85ebca6b);
  }
  second |= 1;
  const bits: number[] = [];
  for (let i = 0; i < HASHES; i++) bits.push((Math.imul(second, i) + first) & (FILTER_BITS - 1));
  return bits;
}
