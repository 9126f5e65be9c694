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
