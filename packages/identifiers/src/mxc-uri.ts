import { IdentifierError, type IdentifierErrorCode, requireText } from "./errors.ts";
import { patternSchema, type Schema } from "./schema.ts";
import { isServerName, type ServerName } from "./server-name.ts";

/** A Matrix content URI, `mxc://server/media-id`. */
export type MxcUri = `mxc://${string}/${string}`;

/** Tolerant schema of an {@link MxcUri}: scheme, server and media ID are there. */
export const MxcUri: Schema<MxcUri> = /* @__PURE__ */ patternSchema<MxcUri>(
  /^mxc:\/\/[^/]+\/./s,
  "a content URI, such as mxc://example.org/abc",
);

/** The parts of a content URI. */
export interface MxcUriParts {
  /** The server that holds the media. */
  readonly serverName: ServerName;
  /** ID of the media on that server. */
  readonly mediaId: string;
}

const SCHEME = "mxc://";
const mediaIdGrammar = /^[A-Za-z0-9_-]+$/;

function readMxcUri(text: string): MxcUriParts | IdentifierErrorCode {
  if (!text.startsWith(SCHEME)) return text === "" ? "EMPTY" : "INVALID_URI";
  const slash = text.indexOf("/", SCHEME.length);
  if (slash < 0) return "INVALID_MEDIA_ID";
  const serverName = text.slice(SCHEME.length, slash);
  const mediaId = text.slice(slash + 1);
  if (!isServerName(serverName)) return "INVALID_SERVER_NAME";
  return mediaIdGrammar.test(mediaId) ? { serverName, mediaId } : "INVALID_MEDIA_ID";
}

/**
 * Splits a content URI. Refuses media IDs outside `A-Za-z0-9_-`, which also keeps them from leaving a directory.
 *
 * @throws {@link IdentifierError} `EMPTY`, `INVALID_URI`, `INVALID_SERVER_NAME` or `INVALID_MEDIA_ID`.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#matrix-content-mxc-uris}
 */
export function parseMxcUri(text: string): MxcUriParts {
  requireText(text, "content URI");
  const parts = readMxcUri(text);
  if (typeof parts === "string") throw new IdentifierError(parts, "content URI");
  return parts;
}

/** Formats a content URI. @throws {@link IdentifierError} `INVALID_SERVER_NAME` or `INVALID_MEDIA_ID`. */
export function formatMxcUri(parts: MxcUriParts): MxcUri {
  const uri: MxcUri = `mxc://${parts.serverName}/${parts.mediaId}`;
  parseMxcUri(uri);
  return uri;
}

/** Whether a text is a content URI. */
export function isMxcUri(value: unknown): value is MxcUri {
  return typeof value === "string" && typeof readMxcUri(value) === "object";
}
