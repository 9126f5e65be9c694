import { idbException } from "./errors.ts";
import { type FoundRecord, type RecordSource, selectRecords, type Start } from "./file/select-records.ts";
import { decodeKey, type Key } from "./keys/decode-key.ts";
import { compareKeys } from "./keys/encode-key.ts";
import { type KeyBounds, requireKey, SqliteKeyRange } from "./keys/key-range.ts";
import { SqliteRequest } from "./request.ts";
import { keyInValue, requestDelete, requestWrite, requireUsable, requireWritable, type StoreAccess } from "./store-access.ts";
import { deserializeValue, serializeValue } from "./values/serialize.ts";
import { toInteger, toName } from "./web-idl.ts";

/** What a cursor is made of. */
export interface CursorParts {
  readonly access: StoreAccess;
  readonly records: RecordSource;
  readonly source: IDBObjectStore | IDBIndex;
  readonly bounds: KeyBounds;
  readonly direction: IDBCursorDirection;
}

/** Where a step of a cursor leads. */
interface Step {
  /** How many records further. */
  readonly count: number;
  readonly to?: Start | undefined;
}

const directions: ReadonlySet<string> = new Set(["next", "nextunique", "prev", "prevunique"]);

/** Reads a direction as callers give it. */
export function readDirection(given: unknown): IDBCursorDirection {
  const direction = given === undefined ? "next" : toName(given);
  if (!directions.has(direction)) throw new TypeError(`${direction} is no direction of a cursor`);
  return direction as IDBCursorDirection;
}

/** A cursor without values. @see {@link https://w3c.github.io/IndexedDB/#cursor-interface} */
export class SqliteCursor implements IDBCursor {
  readonly request: SqliteRequest;
  readonly source: IDBObjectStore | IDBIndex;
  readonly direction: IDBCursorDirection;
  readonly #parts: CursorParts;
  #position: FoundRecord | undefined;
  #key: Key | undefined;
  #primaryKey: Key | undefined;
  /** Whether it stands on a record, and no step is on its way. */
  #hasRecord = false;

  constructor(parts: CursorParts) {
    this.#parts = parts;
    this.source = parts.source;
    this.direction = parts.direction;
    this.request = new SqliteRequest(parts.source);
    parts.access.transaction.run(this.request, () => this.#step({ count: 1 }));
  }

  get key(): IDBValidKey {
    // Before the first record there is none, which the declaration of the DOM leaves out.
    return (this.#key ??= this.#position && decodeKey(this.#position.key)) as IDBValidKey;
  }

  get primaryKey(): IDBValidKey {
    return (this.#primaryKey ??= this.#position && decodeKey(this.#position.primaryKey)) as IDBValidKey;
  }

  protected get withValues(): boolean {
    return false;
  }

  /** Told where the cursor stands now. */
  protected moved(_position: FoundRecord | undefined): void {}

  /** Goes on by some records. @throws TypeError, and DOMException as {@link SqliteCursor.continue}. */
  advance(count: number): void {
    const number = toInteger(count);
    if (!(number >= 1 && number <= 0xffff_ffff)) throw new TypeError("a cursor advances by 1 to 2^32 - 1 records");
    this.#requireStep();
    this.#goOn({ count: number });
  }

  /** Goes on to the next record, or to a key. @throws DOMException `DataError`, `InvalidStateError`, `TransactionInactiveError`. */
  continue(key?: unknown): void {
    this.#requireStep();
    if (key === undefined) return this.#goOn({ count: 1 });
    const target = requireKey(key);
    if (this.#compare(target, this.#position?.key) <= 0) throw idbException("DataError", "the key is not further on");
    this.#goOn({ count: 1, to: { key: target, inclusive: true } });
  }

  /** Goes on to a record of an index. @throws DOMException `InvalidAccessError`, and as {@link SqliteCursor.continue}. */
  continuePrimaryKey(key: unknown, primaryKey: unknown): void {
    this.#requireUsable();
    if (!this.#parts.records.index) throw idbException("InvalidAccessError", "only cursors of indexes go on by primary keys");
    if (this.direction.endsWith("unique")) throw idbException("InvalidAccessError", "a unique cursor does not go on by primary keys");
    this.#requireStep();
    const to = { key: requireKey(key), primaryKey: requireKey(primaryKey), inclusive: true };
    const order = this.#compare(to.key, this.#position?.key) || this.#compare(to.primaryKey, this.#position?.primaryKey);
    if (order <= 0) throw idbException("DataError", "the keys are not further on");
    this.#goOn({ count: 1, to });
  }

  /** Replaces the value of the record. @throws DOMException `DataError`, `InvalidStateError`, `ReadOnlyError`, `TransactionInactiveError`. */
  update(value: unknown): IDBRequest<IDBValidKey> {
    const { access } = this.#parts;
    const key = this.#requireOwnRecord();
    if (access.info.keyPath === null) return requestWrite(access, { value, key: decodeKey(key), overwrites: true, source: this });
    const clone = access.transaction.whileInactive(() => deserializeValue(serializeValue(value)));
    const own = keyInValue({ ...access.info, autoIncrement: false }, clone);
    if (!own || compareKeys(own, key) !== 0) throw idbException("DataError", "the key in the value is another one");
    return requestWrite(access, { value: clone, key: undefined, overwrites: true, source: this });
  }

  /** Deletes the record. @throws DOMException `InvalidStateError`, `ReadOnlyError`, `TransactionInactiveError`. */
  delete(): IDBRequest<undefined> {
    const key = this.#requireOwnRecord();
    return requestDelete(this.#parts.access, SqliteKeyRange.only(decodeKey(key)), this);
  }

  #compare(one: Uint8Array, other: Uint8Array | undefined): number {
    const order = compareKeys(one, other ?? new Uint8Array());
    return this.direction.startsWith("prev") ? -order : order;
  }

  #requireUsable(): void {
    this.#parts.access.transaction.requireActive();
    requireUsable(this.#parts.access, this.#parts.records.index);
  }

  #requireStep(): void {
    this.#requireUsable();
    if (!this.#hasRecord) throw idbException("InvalidStateError", "the cursor is on its way, or at its end");
  }

  #requireOwnRecord(): Uint8Array {
    const { access, records } = this.#parts;
    access.transaction.requireWritable();
    requireWritable(access, records.index);
    if (!this.#hasRecord || !this.#position) throw idbException("InvalidStateError", "the cursor is on its way, or at its end");
    if (!this.withValues) throw idbException("InvalidStateError", "the cursor has only keys");
    return this.#position.primaryKey;
  }

  #goOn(step: Step): void {
    this.#hasRecord = false;
    this.#parts.access.transaction.run(this.request, () => this.#step(step));
  }

  #step({ count, to }: Step): SqliteCursor | null {
    const { access, records, bounds, direction } = this.#parts;
    const starts = [to, this.#position && this.#behind(this.#position)].filter((start) => start !== undefined);
    const selection = { bounds, direction, starts, limit: 1, offset: count - 1, withValues: this.withValues };
    this.#position = selectRecords(access.transaction.file, records, selection)[0];
    this.#key = this.#primaryKey = undefined;
    this.#hasRecord = this.#position !== undefined;
    this.moved(this.#position);
    return this.#position ? this : null;
  }

  /** Where the records behind a position begin. */
  #behind({ key, primaryKey }: FoundRecord): Start {
    const isByPair = this.#parts.records.index !== undefined && !this.direction.endsWith("unique");
    return { key, primaryKey: isByPair ? primaryKey : undefined, inclusive: false };
  }

  get [Symbol.toStringTag](): string {
    return "IDBCursor";
  }
}

/** A cursor with values. */
export class SqliteCursorWithValue extends SqliteCursor implements IDBCursorWithValue {
  #bytes: Uint8Array | undefined;
  #value: { readonly is: unknown } | undefined;

  /** The value of the record: the same object until the cursor goes on. */
  get value(): unknown {
    return (this.#value ??= { is: this.#bytes && deserializeValue(this.#bytes) }).is;
  }

  protected override get withValues(): boolean {
    return true;
  }

  protected override moved(position: FoundRecord | undefined): void {
    this.#bytes = position?.value;
    this.#value = undefined;
  }

  override get [Symbol.toStringTag](): string {
    return "IDBCursorWithValue";
  }
}
