import { type ImageFormat, imageFormatOf } from "../sniff-image.ts";
import { type OpenedResource, openResource } from "../../outbound/open-resource.ts";
import { limits } from "../../limits.ts";
import { describeImage, describePage, type PreviewProperties } from "./describe-page.ts";
import { readPage } from "./read-page.ts";
import type { PreviewPolicy } from "./url-policy.ts";

/** How long a page may take with all its redirects, and its image as long again, in milliseconds. */
const TIMEOUT_MS = 15_000;

/** An image that was announced, and whose first bytes are those of one. */
export interface IncomingImage {
  readonly format: ImageFormat;
  readonly content: AsyncIterable<Buffer>;
  readonly maxBytes: number;
}

/** An image that is stored. */
export interface StoredImage {
  readonly mediaId: string;
  /** Properties of the preview that tell of it. */
  readonly properties: PreviewProperties;
}

/** What fetching works with. */
export interface FetchPorts extends PreviewPolicy {
  /** The languages that pages are asked for in. */
  readonly language: string;
  readonly signal: AbortSignal;
  /** Stores an image; `undefined` where that is not possible. */
  readonly store: (image: IncomingImage) => Promise<StoredImage | undefined>;
}

/** A preview as it is kept. */
export interface FetchedPreview {
  readonly properties: PreviewProperties;
  readonly mediaId: string | undefined;
}

/** Fetches a page, or an image, and what it shows of itself. @throws {OutboundError} */
export async function fetchPreview(url: URL, ports: FetchPorts): Promise<FetchedPreview> {
  using resource = await open(url, ports, "text/html,application/xhtml+xml,image/*;q=0.9,*/*;q=0.1");
  const type = resource.contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type.startsWith("image/")) {
    const image = await storeImage(resource, ports);
    return { properties: image ? { ...describeImage(resource.url), ...image.properties } : {}, mediaId: image?.mediaId };
  }
  if (type !== "text/html" && type !== "application/xhtml+xml") return { properties: {}, mediaId: undefined };
  const { properties, image: imageUrl } = describePage(await readPage(resource), resource.url);
  // A page whose image cannot be had is shown without.
  const image = imageUrl && (await fetchImage(imageUrl, resource.url, ports).catch(() => undefined));
  return { properties: { ...properties, ...image?.properties }, mediaId: image?.mediaId };
}

function open(url: URL, { isAllowed, isUrlAllowed, lookUp, language, signal }: FetchPorts, accept: string): Promise<OpenedResource> {
  return openResource(url, {
    isAllowed,
    isUrlAllowed,
    lookUp,
    headers: { accept, "accept-language": language, "user-agent": "Mozilla/5.0 (compatible; PatrixPreview; bot)" },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
}

/** The image of a page; the server asks for it as anybody who opened the page would, under the same policy. */
async function fetchImage(url: URL, page: URL, ports: FetchPorts): Promise<StoredImage | undefined> {
  // Whoever reads the page over an encrypted connection is told of no image that anybody between could have changed.
  if (page.protocol === "https:" && url.protocol !== "https:") url = new URL(url.href.replace(/^http:/, "https:"));
  using resource = await open(url, ports, "image/*");
  return storeImage(resource, ports);
}

async function storeImage(resource: OpenedResource, { store }: FetchPorts): Promise<StoredImage | undefined> {
  const maxBytes = limits.previewImageBytes.value;
  const chunks = resource.read(maxBytes)[Symbol.asyncIterator]();
  const head = await firstBytes(chunks);
  const format = imageFormatOf(head);
  return format && store({ format, content: withHead(head, chunks), maxBytes });
}

/** Enough bytes to tell the format of an image by. */
const HEAD_BYTES = 16;

async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* withHead(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}
