import { hasLoneSurrogate, utf8SizeBytes } from "./code-points.ts";
import type { CanonicalJsonErrorCode } from "./errors.ts";
import { formatJsonPointer } from "./json-pointer.ts";

/** One thing in a JSON text that Canonical JSON forbids. */
export interface JsonIssue {
  /** The broken rule. */
  readonly code: CanonicalJsonErrorCode;
  /** JSON pointer (RFC 6901) to the value concerned. */
  readonly pointer: string;
  /** Offset of the token from the start of the text, in UTF-8 bytes. */
  readonly offsetBytes: number;
  /** One sentence for people. */
  readonly message: string;
}

/** What a {@link JsonScanner} needs to know; see `ScanOptions` for the meaning. */
export interface ScannerLimits {
  readonly maxDepth: number;
  readonly maxIssues: number;
  readonly bigIntegers: boolean;
  /** Issues that are not reported. */
  readonly allow: readonly CanonicalJsonErrorCode[];
  /** Ends the scan at the first issue. */
  readonly stopAtFirst: boolean;
}

/** Unwinds the scan; the issue has been recorded. */
export class ScanStopped extends Error {
  override readonly name: string = "ScanStopped";
}

// eslint-disable-next-line no-control-regex -- control characters may not appear in a JSON string
const plainCharacters = /[^"\\\u0000-\u001f]*/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const whiteSpace = /[ \t\n\r]*/y;
const fourHexDigits = /^[0-9a-fA-F]{4}$/;
const surrogate = /[\ud800-\udfff]/;
const escapes: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
/** Longer integers become numbers, because reading a `bigint` takes more than linear time. */
const MAX_BIGINT_LENGTH = 64;

/** Reads one JSON text and records what `JSON.parse` would hide. */
export class JsonScanner {
  readonly issues: JsonIssue[] = [];
  readonly #text: string;
  readonly #limits: ScannerLimits;
  readonly #path: (string | number)[] = [];
  #index = 0;
  /** A UTF-16 index and its byte offset, so that offsets of increasing indices cost linear time in all. */
  #known = { index: 0, offsetBytes: 0 };

  constructor(text: string, limits: ScannerLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  /** Reads the whole document. @throws {@link ScanStopped} when no value can be made of it. */
  readDocument(): unknown {
    this.#skipWhiteSpace();
    const value = this.#readValue();
    this.#skipWhiteSpace();
    if (this.#index < this.#text.length) this.#report("TRAILING_DATA", this.#index, "data follows the JSON value");
    return value;
  }

  #readValue(): unknown {
    const start = this.#index;
    switch (this.#text[start]) {
      case "{":
        return this.#readObject();
      case "[":
        return this.#readArray();
      case '"':
        return this.#readString();
      case "t":
        return this.#readWord("true", true);
      case "f":
        return this.#readWord("false", false);
      case "n":
        return this.#readWord("null", null);
      default:
        return this.#readNumber();
    }
  }

  #readObject(): unknown {
    const depth = this.#enter();
    const object: Record<string, unknown> = {};
    for (let first = true; !this.#takeEnd("}", first); first = false) {
      const keyIndex = this.#index;
      if (this.#text[keyIndex] !== '"') this.#stop("SYNTAX", "expected a property name in quotes");
      this.#path.length = depth;
      const key = this.#readString();
      this.#path[depth] = key;
      if (Object.hasOwn(object, key)) this.#report("DUPLICATE_KEY", keyIndex, "a property name appears twice in one object");
      this.#skipWhiteSpace();
      if (this.#text[this.#index] !== ":") this.#stop("SYNTAX", "expected a colon after a property name");
      this.#index += 1;
      this.#skipWhiteSpace();
      setOwn(object, key, this.#readValue());
      this.#skipWhiteSpace();
    }
    this.#path.length = depth;
    return object;
  }

  #readArray(): unknown {
    const depth = this.#enter();
    const items: unknown[] = [];
    for (let first = true; !this.#takeEnd("]", first); first = false) {
      this.#path[depth] = items.length;
      items.push(this.#readValue());
      this.#skipWhiteSpace();
    }
    this.#path.length = depth;
    return items;
  }

  /** Steps into a container. @returns its depth, which is where its keys stand in the path. */
  #enter(): number {
    const depth = this.#path.length;
    if (depth >= this.#limits.maxDepth) this.#stop("TOO_DEEP", `nesting exceeds ${this.#limits.maxDepth} levels`);
    this.#index += 1;
    this.#skipWhiteSpace();
    return depth;
  }

  /** Takes the end of a container, or else the comma before its next member. */
  #takeEnd(end: string, first: boolean): boolean {
    const character = this.#text[this.#index];
    if (character === end) {
      this.#index += 1;
      return true;
    }
    if (first) return false;
    if (character !== ",") this.#stop("SYNTAX", `expected a comma or ${end}`);
    this.#index += 1;
    this.#skipWhiteSpace();
    return false;
  }

  #readString(): string {
    const start = this.#index;
    let value = "";
    this.#index += 1;
    for (;;) {
      const from = this.#index;
      plainCharacters.lastIndex = from;
      plainCharacters.test(this.#text);
      this.#index = plainCharacters.lastIndex;
      value += this.#text.slice(from, this.#index);
      const character = this.#text[this.#index];
      if (character === '"') break;
      if (character !== "\\") this.#stop("SYNTAX", character === undefined ? "a string has no end" : "a control character in a string");
      value += this.#readEscape();
    }
    this.#index += 1;
    if (surrogate.test(value) && hasLoneSurrogate(value)) this.#report("LONE_SURROGATE", start, "a string has a lone surrogate");
    return value;
  }

  #readEscape(): string {
    const letter = this.#text[this.#index + 1] ?? "";
    const plain = escapes.get(letter);
    if (plain !== undefined) {
      this.#index += 2;
      return plain;
    }
    const digits = this.#text.slice(this.#index + 2, this.#index + 6);
    if (letter !== "u" || !fourHexDigits.test(digits)) this.#stop("SYNTAX", "an unknown escape in a string");
    this.#index += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #readWord<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#index)) this.#stop("SYNTAX", "expected a JSON value");
    this.#index += word.length;
    return value;
  }

  #readNumber(): number | bigint {
    const start = this.#index;
    numberToken.lastIndex = start;
    const match = numberToken.exec(this.#text);
    if (match === null) return this.#stop("SYNTAX", start < this.#text.length ? "expected a JSON value" : "the text ends too early");
    const [token, fraction, exponent] = match;
    this.#index = start + token.length;
    const value = Number(token);
    if (fraction !== undefined) this.#report("FLOAT", start, "a number has a fraction");
    else if (exponent !== undefined) this.#report("EXPONENT", start, "a number has an exponent");
    else if (token === "-0") this.#report("NEGATIVE_ZERO", start, "negative zero");
    else if (!Number.isSafeInteger(value)) {
      this.#report("INTEGER_OUT_OF_RANGE", start, "an integer lies outside ±(2^53 − 1)");
      if (this.#limits.bigIntegers && token.length <= MAX_BIGINT_LENGTH) return BigInt(token);
    }
    return value;
  }

  #skipWhiteSpace(): void {
    const unit = this.#text.charCodeAt(this.#index);
    if (unit > 0x20) return;
    whiteSpace.lastIndex = this.#index;
    whiteSpace.test(this.#text);
    this.#index = whiteSpace.lastIndex;
  }

  #report(code: CanonicalJsonErrorCode, index: number, message: string): void {
    const { allow, maxIssues, stopAtFirst } = this.#limits;
    if (allow.includes(code)) return;
    if (this.issues.length < maxIssues) {
      this.issues.push({ code, pointer: formatJsonPointer(this.#path), offsetBytes: this.#offsetBytes(index), message });
    }
    if (stopAtFirst) throw new ScanStopped(message);
  }

  /** Records an issue that leaves no value, even over the bound on issues. */
  #stop(code: CanonicalJsonErrorCode, message: string): never {
    const pointer = formatJsonPointer(this.#path);
    this.issues.push({ code, pointer, offsetBytes: this.#offsetBytes(this.#index), message });
    throw new ScanStopped(message);
  }

  #offsetBytes(index: number): number {
    const from = index >= this.#known.index ? this.#known : { index: 0, offsetBytes: 0 };
    const offsetBytes = from.offsetBytes + utf8SizeBytes(this.#text, from.index, index);
    this.#known = { index, offsetBytes };
    return offsetBytes;
  }
}

/** Assigning to `__proto__` would set the prototype instead of a property. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}
