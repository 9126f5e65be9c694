import { type ElementToWrite, htmlNamespace, type NodeToWrite } from "../write-plain-text.ts";

const blocks: ReadonlySet<string> = new Set("p div blockquote ul ol li pre h1 h2 h3 h4 h5 h6 hr".split(" "));
const inlines: ReadonlySet<string> = new Set("b i u s em strong del code span a sub sup br img".split(" "));
const voids: ReadonlySet<string> = new Set(["br", "hr", "img"]);
/** Within these a block would end the element, whatever its end tag says. */
const endedByBlocks = /^(?:p|h[1-6])$/;

/** Longer input and deeper trees are left to a real parser. */
const maxLength = 65_536;
const maxDepth = 64;

const token = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9-]*="[^"<>]*")*)\s*\/?>|[^<]+/y;
const attributes = /([a-z][a-z0-9-]*)="([^"]*)"/g;
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00A0" };

interface Open extends ElementToWrite {
  readonly childNodes: NodeToWrite[];
}

/**
 * Parses HTML that is written as simply as programs write it: balanced tags in small letters, attributes in double quotes, a few elements and
 * entities. The tree is that of the HTML standard; `undefined` for everything else, where only a real parser knows the tree. @internal
 */
export function parseSimpleHtml(html: string): readonly NodeToWrite[] | undefined {
  if (html.length > maxLength || /[\0\r]/.test(html)) return undefined;
  const root: Open = { tagName: "div", namespaceURI: htmlNamespace, attrs: [], childNodes: [] };
  const open: Open[] = [root];
  for (token.lastIndex = 0; token.lastIndex < html.length;) {
    const [text, slash, name = "", attrs = ""] = token.exec(html) ?? [];
    const parent = open.at(-1);
    if (text === undefined || parent === undefined) return undefined;
    if (slash === undefined) {
      const value = decode(text);
      if (value === undefined) return undefined;
      // The standard drops a line end behind the start tag.
      const isFirstInPre = parent.tagName === "pre" && parent.childNodes.length === 0;
      parent.childNodes.push({ nodeName: "#text", value: isFirstInPre ? value.replace(/^\n/, "") : value });
    } else if (slash === "/") {
      if (open.length === 1 || parent.tagName !== name) return undefined;
      open.pop();
    } else {
      const element = startElement(name, attrs, open);
      if (!element) return undefined;
      parent.childNodes.push(element);
      if (!voids.has(name)) open.push(element);
    }
  }
  return open.length === 1 ? root.childNodes : undefined;
}

/** Makes an element, if the standard puts it where the text has it. */
function startElement(name: string, attrs: string, open: readonly Open[]): Open | undefined {
  const isBlock = blocks.has(name);
  if ((!isBlock && !inlines.has(name)) || open.length > maxDepth) return undefined;
  if (isBlock && open.some(({ tagName }) => endedByBlocks.test(tagName))) return undefined;
  const parent = open.at(-1)?.tagName ?? "";
  if ((name === "li") !== (parent === "ul" || parent === "ol")) return undefined;
  if (name === "a" && open.some(({ tagName }) => tagName === "a")) return undefined;
  const pairs = [...attrs.matchAll(attributes)].map(([, key = "", value = ""]) => ({ name: key, value: decode(value) }));
  if (new Set(pairs.map((pair) => pair.name)).size < pairs.length) return undefined;
  const read = pairs.filter((pair): pair is { name: string; value: string } => pair.value !== undefined);
  return read.length < pairs.length ? undefined : { tagName: name, namespaceURI: htmlNamespace, attrs: read, childNodes: [] };
}

/** Decodes entities; `undefined` if one of them is not simple. */
function decode(text: string): string | undefined {
  let isSimple = true;
  const decoded = text.replaceAll(/&(?:([a-z]+);|#(\d{2,5});|(?=[a-zA-Z#]))/g, (_, name: string | undefined, code: string | undefined) => {
    const value = code === undefined ? named[name ?? ""] : fromCode(Number(code));
    if (value === undefined) isSimple = false;
    return value ?? "";
  });
  return isSimple ? decoded : undefined;
}

/** Control characters, surrogates and the like have rules of their own. */
function fromCode(code: number): string | undefined {
  return (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code < 0xd800) ? String.fromCharCode(code) : undefined;
}
