import { allowedElements, type SanitizeMode, voidElements } from "./allowed-elements.ts";
import { contentlessElements } from "./contentless-elements.ts";
import { escapeAttribute, escapeHtml, escapeText } from "./escape-html.ts";
import { attribute, type ChildNode, type ElementNode, isElement, isHtmlElement, isText, parseFragment } from "./parse-fragment.ts";

/** How {@link sanitizeHtml} treats its input. */
export interface SanitizeOptions {
  /** Which elements and attributes are kept; `strict` by default. */
  readonly mode?: SanitizeMode | undefined;
  /** How deep elements may be nested, 0 to 100; 100 by default. Elements deeper inside are replaced by their content. */
  readonly maxDepth?: number | undefined;
  /**
   * Removes `mx-reply` elements with the quotation in them; `true` by default. With `false` the quotation stays,
   * and in `compatible` mode its element too.
   */
  readonly removeReplyFallback?: boolean | undefined;
}

const deepestNesting = 100;
/** Markup that is permitted but misplaced settles in two or three passes; what has not settled then was made to confuse parsers. */
const maxPasses = 8;

/**
 * Reduces untrusted HTML, such as a `formatted_body`, to the elements and attributes that the specification permits.
 *
 * What a browser builds from the result is exactly what was checked: the input is parsed by the HTML standard, the tree is
 * printed with everything escaped, and the result is parsed again until it stays the same. Every `a` gets `rel="noopener"`.
 * Input is read up to {@link maxHtmlLength} code units. Time is linear in the input. Never throws.
 *
 * The result may still load images through the client's media code: `src` is an `mxc:` URI, never one that a browser fetches.
 *
 * @example
 * sanitizeHtml('<b onclick="x()">hi</b><script>x()</script>'); // "<b>hi</b>"
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroommessage-msgtypes}
 */
export function sanitizeHtml(html: string, options: SanitizeOptions = {}): string {
  let before = html;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const after = printTree(parseFragment(before), options);
    if (after === before) return after;
    before = after;
  }
  return escapeHtml(textOf(parseFragment(before)));
}

/** The end tag of an element whose content is being printed, and what comes after it. */
interface Frame {
  readonly nodes: readonly ChildNode[];
  next: number;
  readonly depth: number;
  readonly endTag: string;
}

function printTree(nodes: readonly ChildNode[], options: SanitizeOptions): string {
  const allowed = allowedElements(options.mode ?? "strict");
  const dropReply = options.removeReplyFallback ?? true;
  const maxDepth = Math.min(options.maxDepth ?? deepestNesting, deepestNesting);
  const frames: Frame[] = [{ nodes, next: 0, depth: 0, endTag: "" }];
  let printed = "";
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const node = frame.nodes[frame.next];
    frame.next += 1;
    if (node === undefined) {
      printed += frame.endTag;
      frames.pop();
    } else if (isText(node)) {
      printed += escapeText(node.value);
    } else if (isElement(node) && !isDropped(node, dropReply)) {
      const tags = frame.depth < maxDepth ? printTags(node, allowed) : undefined;
      printed += tags?.start ?? "";
      if (tags?.end !== "") {
        frames.push({ nodes: node.childNodes, next: 0, depth: frame.depth + (tags === undefined ? 0 : 1), endTag: tags?.end ?? "" });
      }
    }
  }
  return printed;
}

function isDropped(element: ElementNode, dropReply: boolean): boolean {
  return !isHtmlElement(element) || contentlessElements.has(element.tagName) || (dropReply && element.tagName === "mx-reply");
}

/** The tags to print around an element's content; `undefined` prints the content alone, an empty end tag the start tag alone. */
function printTags(element: ElementNode, allowed: ReturnType<typeof allowedElements>): { start: string; end: string } | undefined {
  const name = element.tagName;
  const rules = allowed.get(name);
  if (rules === undefined) return undefined;
  let attributes = "";
  for (const [key, rule] of Object.entries(rules)) {
    const raw = attribute(element, key);
    const value = raw === undefined ? undefined : rule(raw);
    if (value !== undefined) attributes += ` ${key}="${escapeAttribute(value)}"`;
    // Without its URI a link is only its text, and an image only its alternative text.
    else if (key === "href") return undefined;
    else if (key === "src") return { start: escapeText(attribute(element, "alt") ?? ""), end: "" };
  }
  if (name === "a") attributes += ' rel="noopener"';
  if (voidElements.has(name)) return { start: `<${name}${attributes}>`, end: "" };
  return { start: `<${name}${attributes}>${startsWithLineEnd(element) ? "\n" : ""}`, end: `</${name}>` };
}

/** A parser drops a line end right after `<pre>`; printing one more keeps the text. */
function startsWithLineEnd(element: ElementNode): boolean {
  const [first] = element.childNodes;
  return element.tagName === "pre" && first !== undefined && isText(first) && /^[\n\r]/.test(first.value);
}

function textOf(nodes: readonly ChildNode[]): string {
  const queue = nodes.toReversed();
  let text = "";
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (isText(node)) text += node.value;
    else if (isElement(node)) for (const child of node.childNodes.toReversed()) queue.push(child);
  }
  return text;
}
