/**
 * Which HTML is kept.
 *
 * - `strict`: the elements and attributes that the specification permits.
 * - `compatible`: also what earlier versions permitted and old messages hold: `font`, `strike`, `mx-reply`, and links to `matrix:` URIs.
 */
export type SanitizeMode = "strict" | "compatible";

/** Turns a raw attribute value into the value to print; `undefined` drops the attribute. */
type AttributeRule = (value: string) => string | undefined;
type AttributeRules = Readonly<Record<string, AttributeRule>>;

const anyValue: AttributeRule = (value) => value;
/** An attribute that says all by being there. */
const noValue: AttributeRule = () => "";
const color = matching(/^#[0-9a-f]{6}$/i);
const length = matching(/^\d{1,5}$/);
const languageClasses: AttributeRule = (value) => {
  const kept = value.split(/[\t\n\f\r ]+/).filter((name) => /^language-./.test(name));
  return kept.length === 0 ? undefined : kept.join(" ");
};
// Other targets name windows and frames of the client itself, which a message must not steer.
const newWindow: AttributeRule = (value) => (value.toLowerCase() === "_blank" ? "_blank" : undefined);

/** No attributes at all. */
const none: AttributeRules = {};

const strictElements: ReadonlyMap<string, AttributeRules> = new Map<string, AttributeRules>([
  ...["del", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "p", "ul", "sup", "sub", "li", "b", "i", "u", "strong", "em", "s"].map(
    plain,
  ),
  ...["hr", "br", "table", "thead", "tbody", "tr", "th", "td", "caption", "pre", "details", "summary"].map(plain),
  ["span", { "data-mx-bg-color": color, "data-mx-color": color, "data-mx-spoiler": anyValue, "data-mx-maths": anyValue }],
  ["a", { target: newWindow, href: hrefRule(["https", "http", "ftp", "mailto", "magnet"]) }],
  [
    "img",
    {
      width: length,
      height: length,
      alt: anyValue,
      title: anyValue,
      "data-mx-emoticon": noValue,
      src: matching(/^mxc:\/\/[^/?#\s]+\/[\w-]+$/),
    },
  ],
  ["ol", { start: matching(/^-?\d{1,9}$/) }],
  ["code", { class: languageClasses }],
  ["div", { "data-mx-maths": anyValue }],
]);

const compatibleElements: ReadonlyMap<string, AttributeRules> = new Map<string, AttributeRules>([
  ...strictElements,
  ["a", { target: newWindow, href: hrefRule(["https", "http", "ftp", "mailto", "magnet", "matrix"]) }],
  ["font", { "data-mx-bg-color": color, "data-mx-color": color, color: matching(/^(#[0-9a-f]{6}|[a-z]{1,32})$/i) }],
  ["strike", none],
  ["mx-reply", none],
]);

/** The permitted elements of a mode, each with its permitted attributes. @internal */
export function allowedElements(mode: SanitizeMode): ReadonlyMap<string, AttributeRules> {
  return mode === "strict" ? strictElements : compatibleElements;
}

/** Elements without content or end tag. @internal */
export const voidElements: ReadonlySet<string> = new Set(["br", "hr", "img"]);

function plain(name: string): [string, AttributeRules] {
  return [name, none];
}

function matching(pattern: RegExp): AttributeRule {
  return (value) => (pattern.test(value) ? value : undefined);
}

/**
 * Permits absolute URIs of the given schemes. The scheme must stand at the very start, letter by letter, so no
 * reading of tabs, line ends or control characters by a browser can find another; a hierarchical one needs its `//`,
 * because `https:path` is relative to a page of the same scheme.
 */
function hrefRule(schemes: readonly string[]): AttributeRule {
  const hierarchical = new Set(["https", "http", "ftp"]);
  return (value) => {
    const uri = value.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");
    const scheme = /^([a-z][a-z0-9+.-]*):(\/\/[^/\\])?/i.exec(uri);
    const name = scheme?.[1]?.toLowerCase();
    if (name === undefined || !schemes.includes(name)) return undefined;
    return hierarchical.has(name) && scheme?.[2] === undefined ? undefined : uri;
  };
}
