const references: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Escapes text so that HTML shows it literally, as an element's content or between quotes as an attribute's value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => references[character] ?? character);
}

/** Escapes what a parsed text node holds: quotes stay readable, and line ends become what a parser makes of them. @internal */
export function escapeText(text: string): string {
  return normalizeLineEnds(text).replace(/[&<>]/g, (character) => references[character] ?? character);
}

/** Escapes an attribute value for double quotes; `<` and `>` too, which keeps markup out of reach when the value is moved. @internal */
export function escapeAttribute(value: string): string {
  return normalizeLineEnds(value).replace(/[&<>"]/g, (character) => references[character] ?? character);
}

/** A parser turns CR and CR LF into LF and drops NUL, so those that came in as character references would not survive another parse. */
function normalizeLineEnds(text: string): string {
  return text.replace(/\r\n?/g, "\n").replaceAll("\0", "");
}
