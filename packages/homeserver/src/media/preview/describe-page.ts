import type { PageMetadata } from "@patrix/html";

/** What a preview shows, in the words of OpenGraph. */
export type PreviewProperties = Record<string, string | number>;

/** What a page says of itself, and where its image is. */
export interface PageDescription {
  readonly properties: PreviewProperties;
  readonly image: URL | undefined;
}

/** The most properties of OpenGraph that are kept, and the most characters of one. */
const MAX_PROPERTIES = 40;
const MAX_TEXT = 1_024;

/** Properties that the server says itself, of the image that it has fetched. */
const ofImage = /^og:image(:(?!alt$)|$)/;
/** Properties that clients may open, and so may be nothing but addresses of the web. */
const addresses = /(^og:(url|video|audio)|:(url|secure_url|see_also))$/;

/** Says what a page shows of itself: its OpenGraph properties, and where one is missing, what stands for it. */
export function describePage(page: PageMetadata, at: URL): PageDescription {
  const { meta, links } = page;
  const base = URL.parse(page.base ?? "", at) ?? at;
  const first = (...names: string[]): string | undefined => names.map((name) => meta.get(name)).find((value) => value !== undefined);
  const properties: PreviewProperties = {};
  for (const [name, value] of meta) {
    if (!/^og:[\w:-]+$/.test(name) || ofImage.test(name) || Object.keys(properties).length >= MAX_PROPERTIES) continue;
    const shown = addresses.test(name) ? webAddress(value, base)?.href : cut(value);
    if (shown !== undefined) properties[name] = shown;
  }
  const title = first("og:title", "twitter:title") ?? page.title ?? page.heading;
  const description = first("og:description", "twitter:description", "description") ?? (page.paragraphs || undefined);
  const site = first("og:site_name", "application-name");
  for (const [name, value] of Object.entries({ "og:title": title, "og:description": description, "og:site_name": site }))
    if (value !== undefined) properties[name] = cut(value);
  const image = first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src") ?? links.get("image_src");
  return { properties, image: image === undefined ? undefined : webAddress(image, base) };
}

/** What an image by itself shows: the name of the file. */
export function describeImage(at: URL): PreviewProperties {
  const name = at.pathname.slice(at.pathname.lastIndexOf("/") + 1);
  const title = cut(decoded(name));
  return title === "" ? {} : { "og:title": title };
}

function webAddress(text: string, base: URL): URL | undefined {
  const url = URL.parse(text, base);
  return url && /^https?:$/.test(url.protocol) && url.href.length <= MAX_TEXT * 2 ? url : undefined;
}

/** By code point: half a character could not be sent. */
function cut(text: string): string {
  return text.length <= MAX_TEXT
    ? text
    : `${text
        .slice(0, MAX_TEXT - 1)
        .replaceAll(/\p{Surrogate}/gu, "\uFFFD")
        .replace(/\uFFFD$/, "")}…`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).replaceAll(/\p{Cc}/gu, "");
  } catch {
    return text;
  }
}
