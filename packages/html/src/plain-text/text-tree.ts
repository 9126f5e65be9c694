import { type ElementToWrite, htmlNamespace, type NodeToWrite } from "../write-plain-text.ts";
import { type Attribute, readTags, type TagReader } from "./read-tags.ts";

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));
const nothing: ReadonlySet<string> = /* @__PURE__ */ new Set<string>();

/** They neither show in plain text nor end anything. */
const formatting = /* @__PURE__ */ words("a b big code em font i nobr s small strike strong tt u");
const headings = /* @__PURE__ */ words("h1 h2 h3 h4 h5 h6");
/** A paragraph ends where one of them starts. */
const blocks = /* @__PURE__ */ words(
  "address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form header hgroup hr li listing main menu nav ol p pre search section summary table ul h1 h2 h3 h4 h5 h6",
);
/** Other elements that the end tag of an unknown one does not end. */
const special = /* @__PURE__ */ words("applet button caption marquee object select tbody td template tfoot th thead tr");
const blocksAndSpecial = /* @__PURE__ */ new Set([...blocks, ...special]);
const tableParts = /* @__PURE__ */ words("caption col colgroup tbody td tfoot th thead tr");
const rowGroups = /* @__PURE__ */ words("table tbody tfoot thead");
/** Between them and their cells there is no content: it goes before the table. */
const tableFrames = /* @__PURE__ */ words("table tbody tfoot thead tr");
const foreign = /* @__PURE__ */ words("svg math");
/** What ends a drawing or a formula although it stands in it. */
const leavesForeign = /* @__PURE__ */ words("body br embed head img meta ruby span sub sup var");
/** They have no content; only `br`, `hr` and `img` show. */
const voids = /* @__PURE__ */ words("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr");
/** In fragments they are nothing. */
const ignored = /* @__PURE__ */ words("html head body frameset colgroup");

/** Elements in which an end tag looks for no start tag outside. */
const scopes = /* @__PURE__ */ words("applet caption marquee object table td template th svg math");
const itemScopes = /* @__PURE__ */ new Set([...scopes, "ol", "ul"]);
const paragraphScopes = /* @__PURE__ */ new Set([...scopes, "button"]);
const tableScopes = /* @__PURE__ */ words("table template");

const paragraph = /* @__PURE__ */ words("p");
const table = /* @__PURE__ */ words("table");
const items = /* @__PURE__ */ words("li");
const terms = /* @__PURE__ */ words("dd dt");
/** An item ends where the next one starts, unless one of these is in between. */
const limitsOf = /* @__PURE__ */ new Map(
  [items, terms].map((names) => [
    names,
    new Set([...blocksAndSpecial].filter((name) => !names.has(name) && name !== "address" && name !== "div" && name !== "p")),
  ]),
);

/** The longest HTML that is read, and the most open elements, as in the whole parser. */
const maxLength = 65_536;
const maxDepth = 512;

interface Open extends ElementToWrite {
  readonly childNodes: NodeToWrite[];
}

/**
 * Parses HTML into the elements that show in plain text, which stand where the HTML standard puts them; misnested formatting, which does not show,
 * is not sorted out. Never throws.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody}
 * @internal
 */
export function parseForText(html: string): readonly NodeToWrite[] {
  const tree = new TextTree();
  readTags(html.slice(0, maxLength), tree);
  return tree.nodes;
}

class TextTree implements TagReader {
  readonly #root = elementOf("div");
  readonly #open: Open[] = [this.#root];
  /** Whether a start tag stands right before, behind which the standard drops a line end. */
  #isBehindPre = false;

  get nodes(): readonly NodeToWrite[] {
    return this.#root.childNodes;
  }

  get isFull(): boolean {
    return this.#open.length > maxDepth;
  }

  text(value: string): void {
    const node = { nodeName: "#text", value: this.#isBehindPre ? value.replace(/^\n/, "") : value };
    this.#isBehindPre = false;
    if (/^[\t\n\f ]*$/.test(value)) this.#current.childNodes.push(node);
    else this.#insert(node);
  }

  comment(): void {
    this.#isBehindPre = false;
  }

  start(name: string, attributes: readonly Attribute[], isSelfClosing: boolean): void {
    this.#isBehindPre = name === "pre" || name === "listing";
    this.#leaveForeign(name);
    if (foreign.has(this.#current.tagName) || ignored.has(name) || formatting.has(name)) return;
    if (tableParts.has(name)) return this.#startTablePart(name);
    if (name === "table" && tableFrames.has(this.#current.tagName)) this.#endUpTo(table, nothing);
    for (const names of [items, terms]) if (names.has(name)) this.#endUpTo(names, limitsOf.get(names) ?? nothing);
    if (blocks.has(name)) this.#endUpTo(paragraph, paragraphScopes);
    if (headings.has(name) && headings.has(this.#current.tagName)) this.#open.pop();
    const element = elementOf(name === "image" ? "img" : name, attributes);
    this.#insert(element);
    if (!voids.has(element.tagName) && !(isSelfClosing && foreign.has(name))) this.#open.push(element);
  }

  end(name: string): void {
    this.#isBehindPre = false;
    if (name === "p" || name === "br") this.#leaveForeign(name);
    if (name === "br") this.#insert(elementOf("br"));
    else if (name === "p") {
      if (!this.#endUpTo(paragraph, paragraphScopes)) this.#insert(elementOf("p"));
    } else if (headings.has(name)) this.#endUpTo(headings, scopes);
    else if (name === "li") this.#endUpTo(items, itemScopes);
    else if (tableParts.has(name) || name === "table") this.#endUpTo(words(name), tableScopes);
    else if (blocks.has(name) || special.has(name)) this.#endUpTo(words(name), scopes);
    else if (!formatting.has(name) && !ignored.has(name)) this.#endUpTo(words(name), blocksAndSpecial);
  }

  get #current(): Open {
    return this.#open.at(-1) ?? this.#root;
  }

  /** Ends the innermost element of some names and all in it, unless one of the `limits` is in between. */
  #endUpTo(names: ReadonlySet<string>, limits: ReadonlySet<string>): boolean {
    for (let at = this.#open.length - 1; at > 0; at -= 1) {
      const name = this.#open[at]?.tagName ?? "";
      if (names.has(name)) {
        this.#open.length = at;
        return true;
      }
      if (limits.has(name)) return false;
    }
    return false;
  }

  #leaveForeign(name: string): void {
    if (blocks.has(name) || formatting.has(name) || leavesForeign.has(name)) while (foreign.has(this.#current.tagName)) this.#open.pop();
  }

  #startTablePart(name: string): void {
    const start = this.#open.findLastIndex(({ tagName }) => tagName === "table");
    if (start < 0) return;
    const isCell = name === "td" || name === "th";
    const parents = isCell || name === "tr" ? rowGroups : table;
    const row = this.#open.findLastIndex(({ tagName }, at) => at > start && isCell && tagName === "tr");
    const at = row >= 0 ? row : this.#open.findLastIndex(({ tagName }) => parents.has(tagName));
    this.#open.length = at + 1;
    if (isCell && row < 0) this.#push(elementOf("tr"));
    if (!ignored.has(name) && !voids.has(name)) this.#push(elementOf(name));
  }

  #push(element: Open): void {
    this.#current.childNodes.push(element);
    this.#open.push(element);
  }

  #insert(node: NodeToWrite): void {
    const at = tableFrames.has(this.#current.tagName) ? this.#open.findLastIndex(({ tagName }) => tagName === "table") : 0;
    const outer = this.#open[at - 1];
    const element = this.#open[at];
    if (outer && element) outer.childNodes.splice(outer.childNodes.lastIndexOf(element), 0, node);
    else this.#current.childNodes.push(node);
  }
}

function elementOf(tagName: string, attrs: readonly Attribute[] = []): Open {
  return { tagName, namespaceURI: foreign.has(tagName) ? "" : htmlNamespace, attrs, childNodes: [] };
}
