import type { MxcUri } from "@patrix/identifiers";
import type { EncryptedFile } from "../media-info/encrypted-file.ts";

/** The fields of a message of type `m.audio`, `m.file`, `m.image` or `m.video` that tell its file. */
export interface MediaFields {
  readonly body: string;
  readonly filename?: string | undefined;
  readonly url?: MxcUri | undefined;
  readonly file?: EncryptedFile | undefined;
  readonly info?: { readonly mimetype?: string | undefined } | undefined;
}

/**
 * Tells the caption of a media message: its `body`, where `filename` is there and another text.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#media-captions}
 */
export function captionOf(message: MediaFields): string | undefined {
  return message.filename !== undefined && message.filename !== message.body ? message.body : undefined;
}

/** Tells the file name of a media message, as its sender chose it: never a safe path. */
export function filenameOf(message: MediaFields): string {
  return message.filename ?? message.body;
}

/** Tells the media type of a message in lower case and without parameters; `application/octet-stream` where it is not said. */
export function mimetypeOf(message: MediaFields): string {
  return message.info?.mimetype?.split(";")[0]?.trim().toLowerCase() || "application/octet-stream";
}

/** Where the file of a message is. */
export type MediaSource = { readonly url: MxcUri; readonly encrypted: EncryptedFile | undefined };

/** Tells where the file of a message is; the encrypted form wins. `undefined` where the message names none. */
export function mediaSourceOf(message: Partial<MediaFields>): MediaSource | undefined {
  if (message.file) return { url: message.file.url, encrypted: message.file };
  return message.url && { url: message.url, encrypted: undefined };
}
