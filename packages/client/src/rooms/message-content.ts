import type { JsonObject } from "@patrix/api";
import { withMentions } from "@patrix/events";
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

/** A message with an uploaded file. */
export function fileContent(
  msgtype: string,
  { file, url, thumbnail }: { file: LoadedFile; url: MxcUri; thumbnail?: { file: LoadedFile; url: MxcUri } | undefined },
  { caption, info }: MediaOptions = {},
): JsonObject {
  const shown = thumbnail && {
    thumbnail_url: thumbnail.url,
    thumbnail_info: { mimetype: thumbnail.file.type, size: thumbnail.file.bytes.byteLength },
  };
  return {
    msgtype,
    body: caption ?? file.name,
    filename: file.name,
    url,
    info: { ...info, ...shown, mimetype: file.type, size: file.bytes.byteLength },
    "m.mentions": {},
  };
}
