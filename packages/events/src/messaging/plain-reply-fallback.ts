/**
 * Removes the quotation that old clients put before the `body` of a reply: the leading lines that begin with `> `, and
 * the empty line after them. For `formatted_body` see the package html.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#rich-replies}
 */
export function removePlainReplyFallback(body: string): string {
  let at = 0;
  while (body.startsWith("> ", at)) {
    const end = body.indexOf("\n", at);
    if (end === -1) return "";
    at = end + 1;
  }
  if (at > 0 && body[at] === "\n") at += 1;
  return body.slice(at);
}
