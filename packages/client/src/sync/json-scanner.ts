/** A text is not what is looked for in it. */
export class NoJson extends Error {
  override readonly name: string = "NoJson";
}

const [quote, comma, colon, backslash, openObject, closeObject, openList, closeList] = [0x22, 0x2c, 0x3a, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
const utf8 = /* @__PURE__ */ new TextDecoder();

/** A member of an object, in whose text a {@link Scanner} stands. */
export interface ScannedMember {
  /** Its name as it is written: without anything that is escaped being read. */
  readonly name: string;
  /** Where it begins, with its name. */
  readonly start: number;
}

/** Walks over the bytes of JSON without reading what values are. It takes much that is no JSON, but finds the ends of all that is. */
export class Scanner {
  readonly #bytes: Uint8Array;
  /** Where it stands. */
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * Walks over the object here. For each member it stops at the value, which whoever asks steps over.
   *
   * @throws {NoJson} Where there is no object.
   */
  *members(): Generator<ScannedMember, void, void> {
    this.#expect(openObject);
    if (this.#next() === closeObject) {
      this.at += 1;
      return;
    }
    for (;;) {
      this.#next();
      const start = this.at;
      this.#expect(quote);
      this.#skipText();
      const name = utf8.decode(this.#bytes.subarray(start + 1, this.at - 1));
      this.#expect(colon);
      this.#next();
      yield { name, start };
      if (this.#next() === closeObject) break;
      this.#expect(comma);
    }
    this.at += 1;
  }

  /** Steps over the value here. @throws {NoJson} Where the text ends within it. */
  skipValue(): void {
    let depth = 0;
    do {
      const byte = this.#next();
      this.at += 1;
      if (byte === quote) this.#skipText();
      else if (byte === openObject || byte === openList) depth += 1;
      else if (byte === closeObject || byte === closeList) depth -= 1;
      else if (byte === undefined) throw new NoJson();
      else if (byte !== comma && byte !== colon) this.#skipWord();
    } while (depth > 0);
  }

  /** Steps over the rest of a number or of `null` and the like. */
  #skipWord(): void {
    for (let byte = this.#bytes[this.at]; byte !== undefined && byte > 0x20; byte = this.#bytes[++this.at])
      if (byte === comma || byte === closeObject || byte === closeList) return;
  }

  /** Steps over the rest of a text. */
  #skipText(): void {
    const bytes = this.#bytes;
    for (let { at } = this; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === backslash) at += 1;
      else if (byte === quote) {
        this.at = at + 1;
        return;
      }
    }
    throw new NoJson();
  }

  /** Steps over white space. @returns What comes after it. */
  #next(): number | undefined {
    for (let byte = this.#bytes[this.at]; ; byte = this.#bytes[++this.at])
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
  }

  #expect(wanted: number): void {
    if (this.#next() !== wanted) throw new NoJson();
    this.at += 1;
  }
}
