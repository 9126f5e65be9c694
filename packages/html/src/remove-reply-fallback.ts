import { type ChildNode, isElement, parseFragment } from "./parse-fragment.ts";

/**
 * Cuts every `mx-reply` element, with the quotation in it, out of HTML and leaves the rest as it was written.
 *
 * The result is as untrusted as the input: show it only through {@link sanitizeHtml}, which removes the fallback itself.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#rich-replies}
 */
export function removeReplyFallback(html: string): string {
  let kept = "";
  let from = 0;
  for (const { start, end } of replyRanges(parseFragment(html, true))) {
    if (start < from) continue;
    kept += html.slice(from, start);
    from = end;
  }
  return kept + html.slice(from);
}

/** The outermost `mx-reply` elements in the order of the text, as offsets into it. */
function replyRanges(nodes: readonly ChildNode[]): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  const queue: ChildNode[] = [...nodes];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (!isElement(node)) continue;
    const location = node.sourceCodeLocation;
    if (node.tagName === "mx-reply" && location) ranges.push({ start: location.startOffset, end: location.endOffset });
    else for (const child of node.childNodes) queue.push(child);
  }
  return ranges.sort((a, b) => a.start - b.start);
}

/**
 * Removes the quotation at the start of a reply's `body`: the lines that start with `> `, and the empty line that ends them.
 *
 * Only for events that reply to another: in other messages those lines are the sender's own.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#rich-replies}
 */
export function removePlainReplyFallback(body: string): string {
  let from = 0;
  while (body.startsWith("> ", from)) {
    const lineEnd = body.indexOf("\n", from);
    if (lineEnd === -1) return "";
    from = lineEnd + 1;
  }
  return from > 0 && body.startsWith("\n", from) ? body.slice(from + 1) : body.slice(from);
}
