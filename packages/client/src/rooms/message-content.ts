import type { JsonObject } from "@patrix/api";
import { withMentions } from "@patrix/events";
import type { SentFile } from "../media/sent-file.ts";
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
  { thumbnail, ...sent }: SentFile & { readonly thumbnail?: SentFile | undefined },
  { caption, info }: MediaOptions = {},
): JsonObject {
  const shown = thumbnail && {
    ...("url" in thumbnail ? { thumbnail_url: thumbnail.url } : { thumbnail_file: { ...thumbnail.encrypted } }),
    thumbnail_info: { mimetype: thumbnail.type, size: thumbnail.size },
  };
  return {
    msgtype,
    body: caption ?? sent.name,
    filename: sent.name,
    ...("url" in sent ? { url: sent.url } : { file: { ...sent.encrypted } }),
    info: { ...info, ...shown, mimetype: sent.type, size: sent.size },
    "m.mentions": {},
  };
}
