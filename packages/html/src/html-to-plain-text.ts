import { contentlessElements } from "./allowed-elements.ts";
import { attribute, type ChildNode, type ElementNode, isElement, isHtmlElement, isText, parseFragment } from "./parse-fragment.ts";
import { PlainTextWriter } from "./plain-text-writer.ts";

/** Blocks that an empty line sets apart. */
const paragraphs = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "table", "details"]);
/** Blocks that only start on a line of their own. */
const lines = new Set(["div", "li", "tr", "caption", "summary", "section", "article", "header", "footer", "center", "dt", "dd"]);

/**
 * Writes HTML as plain text, for the `body` beside a `formatted_body`, for notifications and for terminals.
 *
 * Blocks become lines, list items get `- ` or their number, quotations `> `, table cells are separated by tabs, images give
 * their alternative text. Spoilers are hidden as `[Spoiler]` or `[Spoiler: reason]`. The reply fallback and elements without
 * text, such as scripts, are left out. Input is read up to {@link maxHtmlLength} code units. Never throws.
 *
 * @example
 * htmlToPlainText("<p>Two:</p><ol><li>a</li><li>b</li></ol>"); // "Two:\n\n1. a\n2. b"
 */
export function htmlToPlainText(html: string): string {
  const writer = new PlainTextWriter();
  const queue: (ChildNode | (() => void))[] = parseFragment(html).toReversed();
  for (let step = queue.pop(); step !== undefined; step = queue.pop()) {
    if (typeof step === "function") step();
    else if (isText(step)) writer.text(step.value);
    else if (isElement(step) && isShown(step) && !writeAsWhole(step, writer)) {
      queue.push(enter(step, writer));
      for (const child of step.childNodes.toReversed()) queue.push(child);
    }
  }
  return writer.finish();
}

function isShown(element: ElementNode): boolean {
  return isHtmlElement(element) && element.tagName !== "mx-reply" && !contentlessElements.has(element.tagName);
}

/** Writes elements whose content is not shown as it stands; `false` for all others. */
function writeAsWhole(element: ElementNode, writer: PlainTextWriter): boolean {
  const spoiler = attribute(element, "data-mx-spoiler");
  if (element.tagName === "br") writer.lineEnd();
  else if (element.tagName === "hr") writer.rule();
  else if (element.tagName === "img") writer.text(attribute(element, "alt") ?? "");
  else if (element.tagName === "span" && spoiler !== undefined) writer.text(spoiler === "" ? "[Spoiler]" : `[Spoiler: ${spoiler}]`);
  else return false;
  return true;
}

/** Writes what comes before the content and returns what ends it. */
function enter(element: ElementNode, writer: PlainTextWriter): () => void {
  const name = element.tagName;
  if (name === "td" || name === "th") return writer.cell();
  if (name === "li") return writer.item();
  const gap = lineEndsAround(name, writer.isInList);
  writer.block(gap);
  const close = openContainer(element, writer);
  return () => {
    close();
    writer.block(gap);
  };
}

function lineEndsAround(name: string, isInList: boolean): number {
  if (isInList && (name === "ul" || name === "ol")) return 1;
  if (paragraphs.has(name)) return 2;
  return lines.has(name) ? 1 : 0;
}

function openContainer(element: ElementNode, writer: PlainTextWriter): () => void {
  switch (element.tagName) {
    case "blockquote":
      return writer.indent("> ", "> ");
    case "pre":
      return writer.preformatted();
    case "ul":
      return writer.list(undefined);
    case "ol":
      return writer.list(/^-?\d{1,9}$/.test(attribute(element, "start") ?? "") ? Number(attribute(element, "start")) : 1);
    case "tr":
      return writer.row();
    default:
      return () => {};
  }
}
