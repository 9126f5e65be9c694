import type { JsonObject } from "@patrix/api";
import { type EncryptedFile, withMentions } from "@patrix/events";
import type { MxcUri } from "@patrix/identifiers";
import type { LoadedFile } from "../media/file-like.ts";
import type { MediaOptions, SendOptions } from "./sender.ts";

/** A message of text; with `html` it is a formatted one. */
export function textContent(
  msgtype: string,
  body: string,
  { mentions, html }: SendOptions & { html?: string | undefined } = {},
): JsonObject {
  const formatted = html === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: html };
  return withMentions<JsonObject>({ msgtype, body, ...formatted }, mentions === "room" ? { room: true } : { userIds: mentions });
}

/** A file that was uploaded: as it is, or encrypted. */
export type SentFile = { readonly file: LoadedFile } & ({ readonly url: MxcUri } | { readonly encrypted: EncryptedFile });

/** A message with an uploaded file. */
export function fileContent(
  msgtype: string,
  { thumbnail, ...sent }: SentFile & { readonly thumbnail?: SentFile | undefined },
  { caption, info }: MediaOptions = {},
): JsonObject {
  const { file } = sent;
  const shown = thumbnail && {
    ...("url" in thumbnail ? { thumbnail_url: thumbnail.url } : { thumbnail_file: { ...thumbnail.encrypted } }),
    thumbnail_info: { mimetype: thumbnail.file.type, size: thumbnail.file.bytes.byteLength },
  };
  return {
    msgtype,
    body: caption ?? file.name,
    filename: file.name,
    ...("url" in sent ? { url: sent.url } : { file: { ...sent.encrypted } }),
    info: { ...info, ...shown, mimetype: file.type, size: file.bytes.byteLength },
    "m.mentions": {},
  };
}
