import { isUtf8 } from "node:buffer";

/** How far a page is searched for the name of its encoding, as browsers do. */
const SEARCHED_BYTES = 1_024;
/** The longest name of an encoding, and more. */
const MAX_LABEL = 40;

/**
 * A decoder for the text of a page: by its byte order mark, what its server says, what the page says, and else UTF-8, or the encoding
 * of the web before that where the beginning is none.
 *
 * @param head The beginning of the page; at least 1,024 bytes if there are as many.
 */
export function pageDecoder(contentType: string | undefined, head: Uint8Array): TextDecoder {
  const bytes = Buffer.from(head.subarray(0, SEARCHED_BYTES));
  const labels = [
    byOrderMark(bytes),
    labelIn(contentType ?? ""),
    ofPage(bytes.toString("latin1")),
    startsAsUtf8(bytes) ? "utf-8" : undefined,
  ];
  for (const label of labels) {
    const decoder = label === undefined ? undefined : decoderOf(label);
    if (decoder) return decoder;
  }
  return new TextDecoder("windows-1252");
}

function byOrderMark(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 3).toString("hex");
  if (mark === "efbbbf") return "utf-8";
  if (mark.startsWith("fffe")) return "utf-16le";
  return mark.startsWith("feff") ? "utf-16be" : undefined;
}

/** What a page says of itself can be read, so it is no UTF-16. */
function ofPage(text: string): string | undefined {
  const declaration = /^<\?xml[^>]*encoding\s*=\s*["']([\w-]{1,40})/i.exec(text)?.[1];
  const meta = /<meta[\s/][^>]*charset\s*=\s*["']?\s*([\w-]{1,40})/i.exec(text)?.[1];
  const label = declaration ?? meta;
  return label !== undefined && /^utf-?16/i.test(label) ? "utf-8" : label;
}

function labelIn(contentType: string): string | undefined {
  const label = /;\s*charset\s*=\s*["']?([\w:.-]+)/i.exec(contentType)?.[1];
  return label === undefined || label.length > MAX_LABEL ? undefined : label;
}

/** The last character may be cut where there is more than is searched. */
function startsAsUtf8(bytes: Buffer): boolean {
  const mostCut = bytes.length < SEARCHED_BYTES ? 0 : 3;
  for (let cut = 0; cut <= mostCut; cut++) if (isUtf8(bytes.subarray(0, bytes.length - cut))) return true;
  return false;
}

function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
