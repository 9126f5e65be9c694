import { defaultTreeAdapter, html as vocabulary, Parser, type DefaultTreeAdapterTypes as Tree } from "parse5";

/** An element of the parsed tree. @internal */
export type ElementNode = Tree.Element;
/** Any node of the parsed tree. @internal */
export type ChildNode = Tree.ChildNode;

/** The longest HTML that is read, in UTF-16 code units: an event is never larger, in bytes. */
export const maxHtmlLength = 65_536;

/** Open elements the parser may hold. It walks this stack for many tags, so the bound keeps its time linear; browsers have the same. */
const maxOpenElements = 512;

/** Formatting elements are re-created for every paragraph, so a short input could ask for millions of nodes. */
const spareElements = 256;

class TooComplex extends Error {
  override readonly name = "TooComplex";
}

/**
 * Parses HTML as a browser parses what is assigned to `div.innerHTML`, by the tree construction of the HTML standard.
 * Input beyond {@link maxHtmlLength}, and what follows the point where an open element too many is met, is left out. Never throws.
 * @internal
 */
export function parseFragment(html: string, sourceCodeLocationInfo = false): readonly ChildNode[] {
  const input = html.slice(0, maxHtmlLength);
  const context = defaultTreeAdapter.createElement("div", vocabulary.NS.HTML, []);
  let elementsLeft = input.length + spareElements;
  let parser: Parser<Tree.DefaultTreeAdapterMap> | undefined;
  const treeAdapter: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    createElement(tagName, namespaceURI, attrs) {
      elementsLeft -= 1;
      if (elementsLeft < 0 || (parser?.openElements.stackTop ?? 0) > maxOpenElements) throw new TooComplex();
      return defaultTreeAdapter.createElement(tagName, namespaceURI, attrs);
    },
  };
  parser = Parser.getFragmentParser(context, { treeAdapter, sourceCodeLocationInfo });
  try {
    parser.tokenizer.write(input, true);
  } catch (error) {
    if (!(error instanceof TooComplex)) throw error;
  }
  const [root] = parser.document.childNodes;
  return root !== undefined && isElement(root) ? root.childNodes : [];
}

/** Tells elements from text, comments and document types. @internal */
export function isElement(node: ChildNode): node is ElementNode {
  return "tagName" in node;
}

/** Tells HTML elements from those of SVG and MathML, whose content follows other parsing rules. @internal */
export function isHtmlElement(element: ElementNode): boolean {
  return element.namespaceURI === vocabulary.NS.HTML;
}

/** Tells text from the other nodes. @internal */
export function isText(node: ChildNode): node is Tree.TextNode {
  return node.nodeName === "#text";
}

/** The value of an attribute, or `undefined`. @internal */
export function attribute(element: ElementNode, name: string): string | undefined {
  return element.attrs.find((attr) => attr.name === name && attr.namespace === undefined)?.value;
}
