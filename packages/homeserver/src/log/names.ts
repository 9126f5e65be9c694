import { LruCache } from "@patrix/concurrency";
import type { NameRow, NameTable } from "../store/statements/names.ts";
import { keyList, operation, type WriteOperation } from "../store/statement.ts";
import type { StoreReader } from "../store/store.ts";

/** Takes operations that the next batch of the log commits first. */
export type Carry = (operation: WriteOperation) => void;

/** The most texts that are kept in memory. */
const CACHE_LIMIT = 200_000;
/** The most texts without a number that are kept in memory. */
const ABSENT_LIMIT = 10_000;

/**
 * Numbers texts (user IDs, event types, state keys): a text gets its number once and keeps it.
 * New numbers are given in memory and stored with the next batch, before anything can refer to them.
 */
export class Names {
  readonly #store: StoreReader;
  readonly #table: NameTable;
  readonly #carry: Carry;
  readonly #nids = new Map<string, number>();
  readonly #texts = new Map<number, string>();
  /** Texts that have no number, as most rooms lack most types of state. Only the numbering itself gives them one. */
  readonly #absent = new LruCache<string, true>(ABSENT_LIMIT);
  readonly #limit: number;
  #newest: number;

  private constructor(
    store: StoreReader,
    table: NameTable,
    carry: Carry,
    { newest, limit }: { readonly newest: number; readonly limit: number },
  ) {
    this.#limit = limit;
    this.#store = store;
    this.#table = table;
    this.#carry = carry;
    this.#newest = newest;
  }

  /** Opens the numbering of a table. `limit` is the most texts that are kept in memory. */
  static async open(store: StoreReader, table: NameTable, carry: Carry, limit: number = CACHE_LIMIT): Promise<Names> {
    const row = await store.get(table.newest);
    return new Names(store, table, carry, { newest: row?.nid ?? 0, limit });
  }

  /** The number of a text, if it is in memory. */
  peek(text: string): number | undefined {
    return this.#nids.get(text);
  }

  /** The number of a text, if it has one. */
  async find(text: string): Promise<number | undefined> {
    const known = this.#nids.get(text);
    if (known !== undefined || this.#absent.get(text)) return known;
    const row = await this.#store.get(this.#table.byText, text);
    if (row) this.#remember(row);
    const found = this.#nids.get(text);
    if (found === undefined) this.#absent.set(text, true);
    return found;
  }

  /** The numbers of those texts that have one. */
  async findAll(texts: Iterable<string>): Promise<Map<string, number>> {
    const wanted = [...new Set(texts)];
    const unknown = wanted.filter((text) => !this.#nids.has(text) && !this.#absent.get(text));
    const found = new Map<string, number>();
    if (unknown.length > 0) for (const row of await this.#store.all(this.#table.byTexts, keyList(unknown))) this.#remember(row);
    for (const text of wanted) {
      const nid = this.#nids.get(text);
      if (nid === undefined) this.#absent.set(text, true);
      else found.set(text, nid);
    }
    return found;
  }

  /** The number of a text, a new one if it has none. */
  async intern(text: string): Promise<number> {
    const known = (await this.find(text)) ?? this.#nids.get(text);
    if (known !== undefined) return known;
    const nid = ++this.#newest;
    this.#remember({ nid, text });
    this.#carry(operation(this.#table.insert, nid, text));
    return nid;
  }

  /** The text of a number. @throws {RangeError} If there is none. */
  async text(nid: number): Promise<string> {
    const known = this.#texts.get(nid);
    if (known !== undefined) return known;
    await this.load([nid]);
    return this.peekText(nid);
  }

  /** The text of a number that {@link Names.load} brought into memory. @throws {RangeError} If it did not. */
  peekText(nid: number): string {
    const text = this.#texts.get(nid);
    if (text === undefined) throw new RangeError(`there is no text with number ${nid}`);
    return text;
  }

  /** Brings the texts of numbers into memory. */
  async load(nids: Iterable<number>): Promise<void> {
    const wanted = [...new Set(nids)];
    const missing = wanted.filter((nid) => !this.#texts.has(nid));
    if (missing.length === 0) return;
    // Making room takes the oldest: what is wanted now must not be among them.
    if (this.#texts.size + missing.length >= this.#limit) for (const nid of wanted) this.#renew(nid);
    for (const row of await this.#store.all(this.#table.byNids, keyList(missing))) this.#remember(row);
  }

  #renew(nid: number): void {
    const text = this.#texts.get(nid);
    if (text === undefined || !this.#texts.delete(nid)) return;
    this.#texts.set(nid, text);
  }

  #remember({ nid, text }: NameRow): void {
    if (this.#texts.size >= this.#limit) this.#forgetOldest();
    this.#texts.set(nid, text);
    this.#nids.set(text, nid);
    this.#absent.delete(text);
  }

  /** Makes room: the oldest tenth goes. What is not stored yet is among the newest. */
  #forgetOldest(): void {
    let count = this.#limit / 10;
    for (const [nid, text] of this.#texts) {
      if (count-- <= 0) break;
      this.#texts.delete(nid);
      this.#nids.delete(text);
    }
  }
}
