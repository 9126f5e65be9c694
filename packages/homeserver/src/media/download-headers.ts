/** What a download is called and what it is. */
export interface DownloadName {
  readonly contentType: string;
  readonly fileName: string | undefined;
}

const OCTET_STREAM = "application/octet-stream";
const MAX_TYPE_LENGTH = 255;
const MAX_NAME_LENGTH = 255;

/** The types that a browser shows without running anything. */
const inlineTypes = new Set([
  "text/css",
  "text/plain",
  "text/csv",
  "application/json",
  "application/ld+json",
  "image/jpeg",
  "image/gif",
  "image/png",
  "image/apng",
  "image/webp",
  "image/avif",
  "video/mp4",
  "video/webm",
  "video/ogg",
  "video/quicktime",
  "audio/mp4",
  "audio/webm",
  "audio/aac",
  "audio/mpeg",
  "audio/ogg",
  "audio/wave",
  "audio/wav",
  "audio/x-wav",
  "audio/x-pn-wav",
  "audio/flac",
  "audio/x-flac",
]);

/** The content type as it is kept: what is not one, or too long, becomes `application/octet-stream`. */
export function cleanContentType(text: string | undefined): string {
  if (text === undefined || text.length > MAX_TYPE_LENGTH) return OCTET_STREAM;
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[ \t]*(?:;[\x20-\x7e]*)?$/.test(text) ? text : OCTET_STREAM;
}

/** The file name as it is kept: without control characters, at most 255 characters; `undefined` if nothing is left. */
export function cleanFileName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  // By code point: half a character could not be sent.
  const clean = Array.from(name.replaceAll(/\p{Cc}/gu, ""))
    .slice(0, MAX_NAME_LENGTH)
    .join("");
  return clean === "" ? undefined : clean;
}

/**
 * The headers of a download: types that could run something in a browser are only ever saved, not shown.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#serving-inline-content}
 */
export function downloadHeaders({ contentType, fileName }: DownloadName): Record<string, string> {
  const essence = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const disposition = inlineTypes.has(essence) ? "inline" : "attachment";
  return {
    "content-type": contentType,
    "content-disposition": fileName === undefined ? disposition : `${disposition}; ${fileNameParameter(fileName)}`,
    "content-security-policy":
      "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; style-src 'unsafe-inline'; object-src 'self';",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=86400, immutable",
  };
}

function fileNameParameter(name: string): string {
  if (/^[\w.!#$&^`|~+-]+$/.test(name)) return `filename=${name}`;
  if (/^[\x20-\x7e]*$/.test(name)) return `filename="${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (char) => `%${char.codePointAt(0)?.toString(16).toUpperCase() ?? ""}`);
  return `filename*=utf-8''${encoded}`;
}
