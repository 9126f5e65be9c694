import { types } from "node:util";

/** Tags of the kinds of keys, in their order; 0 ends a string, a binary or an array. */
export const keyTag = { number: 1, date: 2, string: 3, binary: 4, array: 5 } as const;

/** Where the second and third form of a unit begin: a byte holds units below the first, two bytes those below the second. */
export const unitBounds = { two: 0x7f, three: 0x407f } as const;

class KeyWriter {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Writes a number so that bytes compare as numbers do. */
  double(value: number): void {
    this.#reserve(8);
    // Negative zero is the same key as zero.
    this.#view.setFloat64(this.#length, value === 0 ? 0 : value);
    const first = this.#bytes[this.#length] ?? 0;
    if (first < 0x80) this.#bytes[this.#length] = first | 0x80;
    else for (let at = this.#length; at < this.#length + 8; at += 1) this.#bytes[at] = ~(this.#bytes[at] ?? 0);
    this.#length += 8;
  }

  /** Writes a unit of at most 16 bits in one to three bytes, none of them 0 at its beginning, so that bytes compare as units do. */
  unit(value: number): void {
    this.#reserve(3);
    if (value < unitBounds.two) {
      this.#bytes[this.#length++] = value + 1;
    } else if (value < unitBounds.three) {
      const rest = value - unitBounds.two;
      this.#bytes[this.#length++] = 0x80 | (rest >> 8);
      this.#bytes[this.#length++] = rest & 0xff;
    } else {
      const rest = value - unitBounds.three;
      this.#bytes[this.#length++] = 0xc0;
      this.#bytes[this.#length++] = rest >> 8;
      this.#bytes[this.#length++] = rest & 0xff;
    }
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/**
 * Encodes a value as a key, so that encoded keys compare byte by byte as keys do: numbers, dates, strings, binaries, arrays.
 * Gives `undefined` for what is no valid key.
 *
 * @see {@link https://w3c.github.io/IndexedDB/#convert-a-value-to-a-key}
 */
export function encodeKey(value: unknown): Uint8Array | undefined {
  const writer = new KeyWriter();
  return writeKey(value, writer, new Set()) ? writer.finish() : undefined;
}

function writeKey(value: unknown, writer: KeyWriter, seen: Set<unknown>): boolean {
  if (typeof value === "number") return writeNumber(keyTag.number, value, writer);
  if (typeof value === "string") {
    writer.byte(keyTag.string);
    for (let at = 0; at < value.length; at += 1) writer.unit(value.charCodeAt(at));
    writer.byte(0);
    return true;
  }
  if (types.isDate(value)) return writeNumber(keyTag.date, value.getTime(), writer);
  if (types.isArrayBuffer(value)) return writeBinary(value, writer);
  if (ArrayBuffer.isView(value)) return writeBinary(value, writer);
  return Array.isArray(value) && writeArray(value, writer, seen);
}

function writeNumber(tag: number, value: number, writer: KeyWriter): boolean {
  if (Number.isNaN(value)) return false;
  writer.byte(tag);
  writer.double(value);
  return true;
}

function writeBinary(value: ArrayBuffer | ArrayBufferView, writer: KeyWriter): boolean {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (types.isSharedArrayBuffer(buffer) || isDetached(buffer)) return false;
  writer.byte(keyTag.binary);
  const bytes = ArrayBuffer.isView(value) ? new Uint8Array(buffer, value.byteOffset, value.byteLength) : new Uint8Array(buffer);
  for (const byte of bytes) writer.unit(byte);
  writer.byte(0);
  return true;
}

function isDetached(buffer: ArrayBuffer): boolean {
  try {
    void new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

function writeArray(value: readonly unknown[], writer: KeyWriter, seen: Set<unknown>): boolean {
  if (seen.has(value)) return false;
  seen.add(value);
  writer.byte(keyTag.array);
  for (let at = 0; at < value.length; at += 1) if (!Object.hasOwn(value, at) || !writeKey(value[at], writer, seen)) return false;
  writer.byte(0);
  seen.delete(value);
  return true;
}

/** Compares two encoded keys as keys. */
export function compareKeys(one: Uint8Array, other: Uint8Array): -1 | 0 | 1 {
  return Buffer.compare(one, other);
}
