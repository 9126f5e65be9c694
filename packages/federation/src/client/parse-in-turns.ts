/** From how many characters on a text is parsed in turns, and how many are parsed in one. */
const LARGE_CHARS = 262_144;
const TURN_CHARS = 65_536;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON as `JSON.parse` does, but the long lists of a large object piece by piece: the state of a large room would hold up all others
 * for as long as its text takes.
 *
 * @param turnIfDue - Lets others have their turn where that is due, and is waited for.
 * @throws SyntaxError
 */
export async function parseInTurns(text: string, turnIfDue: () => Promise<void> | undefined): Promise<unknown> {
  if (text.length < LARGE_CHARS) return JSON.parse(text);
  const found = await new LargeObject(text, turnIfDue).read();
  // What has another form is parsed as a whole, and refused where it is no JSON.
  return found ?? JSON.parse(text);
}

/** Reads an object whose members may be long lists. */
class LargeObject {
  readonly #text: string;
  readonly #turnIfDue: () => Promise<void> | undefined;
  #at = 0;

  constructor(text: string, turnIfDue: () => Promise<void> | undefined) {
    this.#text = text;
    this.#turnIfDue = turnIfDue;
  }

  /** `undefined` where it is not read to its end. @throws SyntaxError for a piece that is no JSON. */
  async read(): Promise<object | undefined> {
    const members: Record<string, unknown> = {};
    if (!this.#take(OPEN_OBJECT)) return undefined;
    do {
      if (this.#next() !== QUOTE) return undefined;
      const key: unknown = JSON.parse(this.#slice(this.#at, this.#valueEnd()));
      if (!this.#take(COLON) || key === "__proto__" || typeof key !== "string") return undefined;
      members[key] = this.#next() === OPEN_LIST ? await this.#list() : JSON.parse(this.#slice(this.#at, this.#valueEnd()));
    } while (this.#take(COMMA));
    return this.#take(CLOSE_OBJECT) && Number.isNaN(this.#next()) ? members : undefined;
  }

  async #list(): Promise<unknown[]> {
    const items: unknown[] = [];
    this.#take(OPEN_LIST);
    if (this.#take(CLOSE_LIST)) return items;
    for (let from = this.#at; ;) {
      const end = this.#valueEnd();
      if (end === this.#at) throw new SyntaxError(`a list lacks a value at ${end}`);
      this.#at = end;
      const isLast = !this.#take(COMMA);
      if (!isLast && this.#at - from < TURN_CHARS) continue;
      // Each piece is a list of its own, with all that a list may not have.
      items.push(...(JSON.parse(`[${this.#text.slice(from, end)}]`) as unknown[]));
      if (isLast) break;
      from = this.#at;
      const turn = this.#turnIfDue();
      if (turn) await turn;
    }
    if (!this.#take(CLOSE_LIST)) throw new SyntaxError("a list does not end");
    return items;
  }

  /** Where the value ends that begins here. */
  #valueEnd(): number {
    const text = this.#text;
    this.#next();
    let at = this.#at;
    for (let depth = 0; at < text.length;) {
      const char = text.charCodeAt(at);
      if (char === QUOTE) at = this.#stringEnd(at);
      else if (char === OPEN_LIST || char === OPEN_OBJECT) {
        depth++;
        at++;
        continue;
      } else if (char === CLOSE_LIST || char === CLOSE_OBJECT) {
        if (depth === 0) return at;
        depth--;
        at++;
      } else if (char === COMMA && depth === 0) return at;
      else {
        at++;
        continue;
      }
      if (depth === 0) return at;
    }
    return at;
  }

  #stringEnd(from: number): number {
    for (let at = this.#text.indexOf('"', from + 1); at !== -1; at = this.#text.indexOf('"', at + 1)) {
      let escapes = 0;
      while (this.#text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
      if (escapes % 2 === 0) return at + 1;
    }
    return this.#text.length;
  }

  /** Takes the text up to a place. */
  #slice(from: number, end: number): string {
    this.#at = end;
    return this.#text.slice(from, end);
  }

  /** The next character that is no white space; `NaN` at the end. */
  #next(): number {
    for (; ; this.#at++) {
      const char = this.#text.charCodeAt(this.#at);
      if (char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09) return char;
    }
  }

  #take(char: number): boolean {
    if (this.#next() !== char) return false;
    this.#at++;
    return true;
  }
}
