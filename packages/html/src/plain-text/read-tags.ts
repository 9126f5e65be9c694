import { decodeCharacterReferences } from "./character-references.ts";

/** An attribute, its name in small letters. @internal */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** Who is told what stands in HTML, in order. @internal */
export interface TagReader {
  text(text: string): void;
  /** A comment, or what is taken for one. */
  comment(): void;
  /** A start tag, its name in small letters. */
  start(name: string, attributes: readonly Attribute[], isSelfClosing: boolean): void;
  end(name: string): void;
  /** Whether nothing more is read. */
  readonly isFull: boolean;
}

/** Elements whose content is no markup, and not shown: it is passed over. */
const rawText: ReadonlySet<string> = new Set("script style xmp iframe noembed noframes noscript title textarea".split(" "));

const tagStart = /<(?:!--(?:-?>|[\s\S]*?(?:--!?>|$))|[!?][^>]*>?|\/(?![a-zA-Z])[^>]*>?|(\/?)([a-zA-Z][^\t\n\f />]*))/y;
const attribute = /[\t\n\f /]*([^\t\n\f />][^\t\n\f />=]*)(?:[\t\n\f ]*=[\t\n\f ]*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\t\n\f >]*)))?/y;
const tagEnd = /([\t\n\f /]*)>/y;

/** Reads HTML tag by tag, in time linear in its length. Never throws. @internal */
export function readTags(html: string, reader: TagReader): void {
  const input = html.replaceAll(/\r\n?/g, "\n").replaceAll("\0", "");
  let text = "";
  const flush = (): void => {
    if (text !== "") reader.text(decodeCharacterReferences(text, "text"));
    text = "";
  };
  for (let at = 0; at < input.length && !reader.isFull;) {
    const next = input.indexOf("<", at);
    text += input.slice(at, next < 0 ? undefined : next);
    if (next < 0) break;
    const [found, slash, written] = matchAt(tagStart, input, next) ?? [];
    at = next + (found ?? "<").length;
    if (found === undefined) {
      text += "<";
      continue;
    }
    flush();
    if (written === undefined) {
      reader.comment();
      continue;
    }
    const name = written.toLowerCase();
    const tag = readAttributes(input, at);
    // What is not ended to the end is no tag, and there is nothing behind it.
    if (!tag) return;
    at = tag.end;
    if (slash === "/") reader.end(name);
    else if (name === "plaintext") return;
    else if (rawText.has(name)) at = endOfRawText(input, at, name);
    else reader.start(name, tag.attributes, tag.isSelfClosing);
  }
  flush();
}

function readAttributes(input: string, start: number): { attributes: Attribute[]; isSelfClosing: boolean; end: number } | undefined {
  const attributes: Attribute[] = [];
  for (let at = start; at < input.length;) {
    const end = matchAt(tagEnd, input, at);
    if (end) return { attributes, isSelfClosing: end[1]?.endsWith("/") === true, end: at + end[0].length };
    const [found, name = "", ...values] = matchAt(attribute, input, at) ?? [];
    if (found === undefined) return undefined;
    const value = values.find((group) => group !== undefined) ?? "";
    attributes.push({ name: name.toLowerCase(), value: decodeCharacterReferences(value, "attribute") });
    at += found.length;
  }
  return undefined;
}

function endOfRawText(input: string, start: number, name: string): number {
  const ending = new RegExp(`</${name}[\\t\\n\\f />]`, "gi");
  ending.lastIndex = start;
  return ending.exec(input)?.index ?? input.length;
}

function matchAt(pattern: RegExp, input: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(input);
}
