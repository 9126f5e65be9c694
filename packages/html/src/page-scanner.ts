import { type Token, Tokenizer, TokenizerMode } from "parse5";

/** What a web page says of itself, for a preview of it. Texts have single spaces and none around them. */
export interface PageMetadata {
  /** The first title. */
  readonly title: string | undefined;
  /** The first heading of the first level. */
  readonly heading: string | undefined;
  /** The first paragraphs, one a line. */
  readonly paragraphs: string;
  /** The first content of each `meta` element by its `property`, `name` or `itemprop`, in lower case. */
  readonly meta: ReadonlyMap<string, string>;
  /** The first target of each `link` element by its `rel`, in lower case. */
  readonly links: ReadonlyMap<string, string>;
  /** What relative addresses begin with, where the page says so. */
  readonly base: string | undefined;
}

/** The most `meta` and `link` elements that are read. */
const MAX_ELEMENTS = 500;
/** The most characters of a name, of a value, and of the text of the page. */
const MAX_NAME = 100;
const MAX_VALUE = 4_096;
const MAX_TEXT = 1_024;

/** How the content of an element is read where it is no markup. */
const contentModes: ReadonlyMap<string, Tokenizer["state"]> = new Map([
  ...["title", "textarea"].map((name) => [name, TokenizerMode.RCDATA] as const),
  ...["style", "xmp", "iframe", "noembed", "noframes"].map((name) => [name, TokenizerMode.RAWTEXT] as const),
  ["script", TokenizerMode.SCRIPT_DATA] as const,
  ["plaintext", TokenizerMode.PLAINTEXT] as const,
]);

/** What text is collected from. */
type Source = "title" | "h1" | "p";

/** Elements within a paragraph whose text belongs to none. */
const silent: ReadonlySet<string> = new Set(["script", "style", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext", "title"]);

/**
 * Reads what a page says of itself from its text, piece by piece, without building a tree: time and memory do not depend on how deep
 * the page is nested. It never throws, and reads whatever is taken for HTML.
 *
 * @example
 * const scanner = new PageScanner();
 * for await (const text of texts) scanner.write(text);
 * const { title, meta } = scanner.end();
 */
export class PageScanner {
  readonly #meta = new Map<string, string>();
  readonly #links = new Map<string, string>();
  readonly #texts = new Map<Source, string>();
  readonly #tokenizer: Tokenizer;
  #base: string | undefined;
  #elements = 0;
  #source: Source | undefined;
  /** The element whose raw text is being read. */
  #silentIn: string | undefined;
  #isForeign = false;

  constructor() {
    const text = ({ chars }: Token.CharacterToken): void => this.#addText(chars);
    const nothing = (): void => {};
    this.#tokenizer = new Tokenizer(
      {},
      {
        onStartTag: (tag) => this.#open(tag),
        onEndTag: ({ tagName }) => this.#close(tagName),
        onCharacter: text,
        onWhitespaceCharacter: text,
        onNullCharacter: nothing,
        onComment: nothing,
        onDoctype: nothing,
        onEof: nothing,
      },
    );
  }

  /** Reads the next piece of the page. */
  write(html: string): void {
    this.#tokenizer.write(html, false);
  }

  /** Ends the page, and says what it has told. */
  end(): PageMetadata {
    this.#tokenizer.write("", true);
    const text = (source: Source): string | undefined => tidy(this.#texts.get(source) ?? "") || undefined;
    const paragraphs = (this.#texts.get("p") ?? "").split("\0").map(tidy);
    return {
      title: text("title"),
      heading: text("h1"),
      paragraphs: paragraphs.filter((line) => line !== "").join("\n"),
      meta: this.#meta,
      links: this.#links,
      base: this.#base,
    };
  }

  #open(tag: Token.TagToken): void {
    const { tagName, selfClosing } = tag;
    if (tagName === "svg" || tagName === "math") this.#isForeign = !selfClosing;
    if (this.#isForeign) return;
    const mode = contentModes.get(tagName);
    if (mode !== undefined) this.#tokenizer.state = mode;
    if (silent.has(tagName)) this.#silentIn = tagName;
    if (tagName === "meta") this.#readMeta(tag);
    else if (tagName === "link") this.#readLink(tag);
    else if (tagName === "base") this.#base ??= attributeOf(tag, "href")?.slice(0, MAX_VALUE);
    else if (tagName === "title" || tagName === "h1" || tagName === "p") this.#beginText(tagName);
    else if (tagName === "br") this.#addText(" ");
  }

  #close(tagName: string): void {
    if (tagName === "svg" || tagName === "math") this.#isForeign = false;
    if (tagName === this.#silentIn) this.#silentIn = undefined;
    if (tagName === this.#source) this.#source = undefined;
  }

  /** Of titles and headings the first is taken, of paragraphs all, as long as there is room. */
  #beginText(source: Source): void {
    const earlier = this.#texts.get(source);
    if (source !== "p" && earlier !== undefined) return;
    this.#texts.set(source, earlier === undefined ? "" : `${earlier}\0`.slice(0, MAX_TEXT));
    this.#source = source;
  }

  #addText(chars: string): void {
    const source = this.#source;
    if (source === undefined || this.#isForeign || (this.#silentIn !== undefined && this.#silentIn !== source)) return;
    const text = this.#texts.get(source) ?? "";
    if (text.length < MAX_TEXT) this.#texts.set(source, text + chars.slice(0, MAX_TEXT - text.length));
  }

  #readMeta(tag: Token.TagToken): void {
    const content = attributeOf(tag, "content");
    const names = ["property", "name", "itemprop"].map((attribute) => attributeOf(tag, attribute));
    for (const name of new Set(names)) if (name !== undefined && content !== undefined) this.#keep(this.#meta, name, content);
  }

  #readLink(tag: Token.TagToken): void {
    const [rel, href] = [attributeOf(tag, "rel"), attributeOf(tag, "href")];
    if (rel !== undefined && href !== undefined) this.#keep(this.#links, rel, href);
  }

  #keep(map: Map<string, string>, name: string, value: string): void {
    if (this.#elements >= MAX_ELEMENTS) return;
    this.#elements += 1;
    const key = name.slice(0, MAX_NAME).trim().toLowerCase();
    const text = tidy(value.slice(0, MAX_VALUE));
    if (text !== "" && !map.has(key)) map.set(key, text);
  }
}

function attributeOf({ attrs }: Token.TagToken, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name)?.value;
}

/** Joins what stands on several lines, and leaves out half characters and controls. */
function tidy(text: string): string {
  return text
    .replaceAll(/\p{Surrogate}/gu, "\uFFFD")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
}
