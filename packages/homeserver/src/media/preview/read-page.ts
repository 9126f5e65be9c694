import type { PageMetadata } from "@patrix/html";
import { limits } from "../../limits.ts";
import type { OpenedResource } from "../../outbound/open-resource.ts";
import { nextTurn, turnIfDue } from "../../turns.ts";
import { pageDecoder } from "./page-charset.ts";

/** The encoding is known after so many bytes. */
const HEAD_BYTES = 1_024;
/** How much is read without a turn for others: a few hundred microseconds at most. */
const PIECE_BYTES = 8_192;

/** Reads what a page says of itself; of a page that is too long, what stands before the limit. @throws {OutboundError} */
export async function readPage(page: Pick<OpenedResource, "contentType" | "read">): Promise<PageMetadata> {
  // A reader of HTML takes a twentieth of the start and 2 MiB: loaded with the first page.
  const { PageScanner } = await import("@patrix/html");
  const scanner = new PageScanner();
  let decoder: TextDecoder | undefined;
  let head = Buffer.alloc(0);
  let bytesLeft = limits.previewPageBytes.value;
  const scan = async (bytes: Buffer): Promise<void> => {
    decoder ??= pageDecoder(page.contentType, bytes);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      scanner.write(decoder.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: true }));
      await turnIfDue();
    }
  };
  await nextTurn();
  for await (const chunk of page.read(Number.POSITIVE_INFINITY)) {
    const taken = chunk.subarray(0, bytesLeft);
    bytesLeft -= taken.length;
    if (decoder) await scan(taken);
    else {
      head = Buffer.concat([head, taken]);
      if (head.length >= HEAD_BYTES) await scan(head);
    }
    if (bytesLeft === 0) break;
  }
  if (!decoder) await scan(head);
  scanner.write(decoder?.decode() ?? "");
  return scanner.end();
}
