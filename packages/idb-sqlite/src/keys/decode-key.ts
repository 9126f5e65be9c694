import { keyTag, unitBounds } from "./encode-key.ts";

/** A key as programs see it. */
export type Key = number | string | Date | ArrayBuffer | Key[];

/** Decodes a key that `encodeKey` has encoded. Each call makes objects of its own. */
export function decodeKey(bytes: Uint8Array): Key {
  return new KeyReader(bytes).read();
}

class KeyReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Key {
    const tag = this.#byte();
    if (tag === keyTag.number) return this.#double();
    if (tag === keyTag.date) return new Date(this.#double());
    if (tag === keyTag.string) return this.#string();
    if (tag === keyTag.binary) return Uint8Array.from(this.#units()).buffer;
    const items: Key[] = [];
    while (this.#bytes[this.#at] !== 0) items.push(this.read());
    this.#at += 1;
    return items;
  }

  #byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  #double(): number {
    const copy = this.#bytes.slice(this.#at, this.#at + 8);
    this.#at += 8;
    const first = copy[0] ?? 0;
    if (first >= 0x80) copy[0] = first & 0x7f;
    else for (let at = 0; at < 8; at += 1) copy[at] = ~(copy[at] ?? 0);
    return new DataView(copy.buffer).getFloat64(0);
  }

  #units(): number[] {
    const units: number[] = [];
    for (let first = this.#byte(); first !== 0; first = this.#byte()) {
      if (first < 0x80) units.push(first - 1);
      else if (first < 0xc0) units.push((((first & 0x3f) << 8) | this.#byte()) + unitBounds.two);
      else units.push(((this.#byte() << 8) | this.#byte()) + unitBounds.three);
    }
    return units;
  }

  #string(): string {
    const units = this.#units();
    let text = "";
    for (let at = 0; at < units.length; at += 4096) text += String.fromCharCode(...units.slice(at, at + 4096));
    return text;
  }
}
