import { contentlessElements } from "./contentless-elements.ts";
import { PlainTextWriter } from "./plain-text-writer.ts";

/** An element of a tree, as parse5 makes it. @internal */
export interface ElementToWrite {
  readonly tagName: string;
  readonly namespaceURI: string;
  readonly attrs: readonly { readonly name: string; readonly value: string; readonly namespace?: string | undefined }[];
  readonly childNodes: readonly NodeToWrite[];
}

/** A node of a tree; those that are neither elements nor text are passed over. @internal */
export type NodeToWrite = ElementToWrite | { readonly nodeName: string; readonly value?: string };

/** The namespace of HTML elements. @internal */
export const htmlNamespace = "http://www.w3.org/1999/xhtml";

/** Blocks that an empty line sets apart. */
const paragraphs = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "table", "details"]);
/** Blocks that only start on a line of their own. */
const lines = new Set(["div", "li", "tr", "caption", "summary", "section", "article", "header", "footer", "center", "dt", "dd"]);

/** An element that may get marks. */
export interface MarkedElement {
  /** In small letters. */
  readonly name: string;
  /** The value of an attribute. */
  readonly attribute: (name: string) => string | undefined;
}

/** What is written around the content of an element, as it is: white space and line ends in it are not collapsed. */
export interface Marks {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** How plain text is written for those who read more than words in it. */
export interface PlainTextOptions {
  /** The marks of an element, as networks write bold text. Default: none. */
  readonly mark?: ((element: MarkedElement) => Marks | undefined) | undefined;
  /** What is written of a piece of text, so that nobody can write the marks oneself. Default: the text. */
  readonly text?: ((text: string) => string) | undefined;
}

/** Writes a tree as plain text. @internal */
export function writePlainText(nodes: readonly NodeToWrite[], options: PlainTextOptions = {}): string {
  const { text = (given: string) => given } = options;
  const writer = new PlainTextWriter();
  const queue: (NodeToWrite | (() => void))[] = nodes.toReversed();
  for (let step = queue.pop(); step !== undefined; step = queue.pop()) {
    if (typeof step === "function") step();
    else if (!("tagName" in step)) writer.text(step.nodeName === "#text" ? text(step.value ?? "") : "");
    else if (isShown(step) && !writeAsWhole(step, writer, text)) {
      queue.push(enter(step, writer, options));
      for (const child of step.childNodes.toReversed()) queue.push(child);
    }
  }
  return writer.finish();
}

function attribute(element: ElementToWrite, name: string): string | undefined {
  return element.attrs.find((attr) => attr.name === name && attr.namespace === undefined)?.value;
}

function isShown(element: ElementToWrite): boolean {
  return element.namespaceURI === htmlNamespace && element.tagName !== "mx-reply" && !contentlessElements.has(element.tagName);
}

/** Writes elements whose content is not shown as it stands; `false` for all others. */
function writeAsWhole(element: ElementToWrite, writer: PlainTextWriter, text: (text: string) => string): boolean {
  const reason = attribute(element, "data-mx-spoiler");
  const spoiler = reason === undefined ? undefined : text(reason);
  if (element.tagName === "br") writer.lineEnd();
  else if (element.tagName === "hr") writer.rule();
  else if (element.tagName === "img") writer.text(text(attribute(element, "alt") ?? ""));
  else if (element.tagName === "span" && spoiler !== undefined) writer.text(spoiler === "" ? "[Spoiler]" : `[Spoiler: ${spoiler}]`);
  else return false;
  return true;
}

/** Writes what comes before the content and returns what ends it. */
function enter(element: ElementToWrite, writer: PlainTextWriter, { mark }: PlainTextOptions): () => void {
  const name = element.tagName;
  if (name === "td" || name === "th") return writer.cell();
  if (name === "li") return writer.item();
  const gap = lineEndsAround(name, writer.isInList);
  writer.block(gap);
  const close = openContainer(element, writer);
  const marks = mark?.({ name, attribute: (key) => attribute(element, key) });
  writer.mark(marks?.before ?? "");
  return () => {
    writer.mark(marks?.after ?? "");
    close();
    writer.block(gap);
  };
}

function lineEndsAround(name: string, isInList: boolean): number {
  if (isInList && (name === "ul" || name === "ol")) return 1;
  if (paragraphs.has(name)) return 2;
  return lines.has(name) ? 1 : 0;
}

function openContainer(element: ElementToWrite, writer: PlainTextWriter): () => void {
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
