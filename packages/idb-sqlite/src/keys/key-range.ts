import { idbException } from "../errors.ts";
import { decodeKey } from "./decode-key.ts";
import { compareKeys, encodeKey } from "./encode-key.ts";
import { toFlag } from "../web-idl.ts";

/** Bounds of keys, encoded. */
export interface KeyBounds {
  readonly lowerKey: Uint8Array | undefined;
  readonly upperKey: Uint8Array | undefined;
  readonly lowerOpen: boolean;
  readonly upperOpen: boolean;
}

/** Encodes a key that a caller gives. @throws DOMException `DataError`. */
export function requireKey(value: unknown): Uint8Array {
  const key = encodeKey(value);
  if (key === undefined) throw idbException("DataError", "the value is no valid key");
  return key;
}

/** An interval of keys. @see {@link https://w3c.github.io/IndexedDB/#keyrange} */
export class SqliteKeyRange implements IDBKeyRange, KeyBounds {
  readonly lowerKey: Uint8Array | undefined;
  readonly upperKey: Uint8Array | undefined;
  readonly lowerOpen: boolean;
  readonly upperOpen: boolean;

  /** Not for programs, which have the static methods. */
  constructor(bounds: KeyBounds) {
    const { lowerKey, upperKey, lowerOpen, upperOpen } = bounds;
    if (lowerKey && upperKey) {
      const order = compareKeys(lowerKey, upperKey);
      if (order > 0 || (order === 0 && (lowerOpen || upperOpen))) throw idbException("DataError", "the lower bound is above the upper one");
    }
    this.lowerKey = lowerKey;
    this.upperKey = upperKey;
    this.lowerOpen = lowerOpen;
    this.upperOpen = upperOpen;
  }

  static only(value: unknown): SqliteKeyRange {
    const key = requireKey(value);
    return new SqliteKeyRange({ lowerKey: key, upperKey: key, lowerOpen: false, upperOpen: false });
  }

  static lowerBound(lower: unknown, open: boolean = false): SqliteKeyRange {
    return new SqliteKeyRange({ lowerKey: requireKey(lower), upperKey: undefined, lowerOpen: toFlag(open), upperOpen: true });
  }

  static upperBound(upper: unknown, open: boolean = false): SqliteKeyRange {
    return new SqliteKeyRange({ lowerKey: undefined, upperKey: requireKey(upper), lowerOpen: true, upperOpen: toFlag(open) });
  }

  static bound(lower: unknown, upper: unknown, lowerOpen: boolean = false, upperOpen: boolean = false): SqliteKeyRange {
    const keys = { lowerKey: requireKey(lower), upperKey: requireKey(upper) };
    return new SqliteKeyRange({ ...keys, lowerOpen: toFlag(lowerOpen), upperOpen: toFlag(upperOpen) });
  }

  get lower(): unknown {
    return this.lowerKey && decodeKey(this.lowerKey);
  }

  get upper(): unknown {
    return this.upperKey && decodeKey(this.upperKey);
  }

  includes(value: unknown): boolean {
    const key = requireKey(value);
    if (this.lowerKey && compareKeys(key, this.lowerKey) < (this.lowerOpen ? 1 : 0)) return false;
    return !(this.upperKey && compareKeys(key, this.upperKey) > (this.upperOpen ? -1 : 0));
  }

  get [Symbol.toStringTag](): string {
    return "IDBKeyRange";
  }
}

/** All keys. */
export const unbounded: KeyBounds = { lowerKey: undefined, upperKey: undefined, lowerOpen: true, upperOpen: true };

/** Reads a key or a range as callers give it; nothing means every key. @throws DOMException `DataError`. */
export function readQuery(query: unknown): KeyBounds {
  return query === undefined || query === null ? unbounded : requireQuery(query);
}

/** Reads a key or a range where there must be one. @throws DOMException `DataError`. */
export function requireQuery(query: unknown): KeyBounds {
  return query instanceof SqliteKeyRange ? query : SqliteKeyRange.only(query);
}
