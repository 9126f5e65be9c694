import type { JsonObject } from "@patrix/api";
import type { EventId, MxcUri, UserId } from "@patrix/identifiers";
import type { LoadedFile } from "../media/file-like.ts";
import type { MediaOptions, SendOptions } from "./sender.ts";

/** What an event relates to, for the content of another. */
export interface RelationTarget {
  readonly id: EventId;
  readonly sender: UserId;
  readonly threadRoot: EventId | undefined;
}

function mentionsOf(mentions: SendOptions["mentions"]): JsonObject {
  if (mentions === "room") return { room: true };
  return mentions === undefined || mentions.length === 0 ? {} : { user_ids: [...new Set(mentions)] };
}

/** A message of text; with `html` it is a formatted one. */
export function textContent(
  msgtype: string,
  body: string,
  { mentions, html }: SendOptions & { html?: string | undefined } = {},
): JsonObject {
  const formatted = html === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: html };
  return { msgtype, body, ...formatted, "m.mentions": mentionsOf(mentions) };
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

/**
 * Makes a content a rich reply, in the thread of the event where it is in one; mentions its sender.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#rich-replies}
 */
export function asReply(content: JsonObject, target: RelationTarget): JsonObject {
  const inReplyTo = { "m.in_reply_to": { event_id: target.id } };
  const thread = target.threadRoot && { rel_type: "m.thread", event_id: target.threadRoot, is_falling_back: false };
  return { ...content, "m.mentions": withMention(content["m.mentions"], target.sender), "m.relates_to": { ...thread, ...inReplyTo } };
}

function withMention(mentions: unknown, userId: UserId): JsonObject {
  // Made by this file.
  const { user_ids = [], ...rest } = (mentions ?? {}) as { user_ids?: readonly UserId[] };
  return { ...rest, user_ids: [...new Set([...user_ids, userId])] };
}

/**
 * Makes a content one of a thread.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#threading}
 */
export function inThread(content: JsonObject, rootId: EventId): JsonObject {
  const relation = { rel_type: "m.thread", event_id: rootId, is_falling_back: true, "m.in_reply_to": { event_id: rootId } };
  return { ...content, "m.relates_to": relation };
}

/**
 * Makes a content the replacement of an event.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#event-replacements}
 */
export function asEdit(content: JsonObject, targetId: EventId): JsonObject {
  const { body, formatted_body } = content;
  return {
    ...content,
    ...(typeof body === "string" ? { body: `* ${body}` } : {}),
    ...(typeof formatted_body === "string" ? { formatted_body: `* ${formatted_body}` } : {}),
    "m.new_content": content,
    "m.relates_to": { rel_type: "m.replace", event_id: targetId },
  };
}

/** The content of a reaction. */
export function reactionContent(targetId: EventId, key: string): JsonObject {
  return { "m.relates_to": { rel_type: "m.annotation", event_id: targetId, key } };
}
