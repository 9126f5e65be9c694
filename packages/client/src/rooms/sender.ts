import type { UserId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import type { EventDef } from "../events/event-def.ts";
import type { MessageLikeEvents } from "../events/event-types.ts";
import type { FileLike } from "../media/file-like.ts";
import type { Progress, Sending } from "../outbox/sending.ts";

/** Options of anything that is sent. */
export interface TransactionOptions {
  /**
   * Transaction ID, to be sure that something is sent once even over several runs of the program: one device makes one event of
   * it. A random one by default.
   */
  txnId?: string | undefined;
}

/** Options of a message. */
export interface SendOptions extends TransactionOptions {
  /** Whom the message is meant to notify. */
  mentions?: readonly UserId[] | "room" | undefined;
}

/** Options of a message with a file. */
export interface MediaOptions extends Abortable, TransactionOptions {
  caption?: string | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** A small picture of it. */
  thumbnail?: FileLike | undefined;
  /** Pixels and milliseconds, where known. */
  info?: { w?: number | undefined; h?: number | undefined; duration?: number | undefined } | undefined;
}

/** Options of a poll. */
export interface PollOptions extends TransactionOptions {
  /** Whether votes are shown before the end. Default: `disclosed`. */
  kind?: "disclosed" | "undisclosed" | undefined;
  /** How many answers one may choose. Default: 1. */
  max?: number | undefined;
}

/** Sends to a room, or in relation to an event of it. Every call queues one event at once and gives its {@link Sending}. */
export interface Sender {
  text(body: string, options?: SendOptions): Sending;
  /** A message that bots do not answer. */
  notice(body: string, options?: SendOptions): Sending;
  emote(body: string, options?: SendOptions): Sending;
  /** HTML with its plain text as the fallback. */
  html(html: string, options?: SendOptions): Sending;
  /** Markdown, sent as HTML with the Markdown as the fallback. */
  markdown(markdown: string, options?: SendOptions): Sending;
  /** Uploads and sends a picture; a text is a path on this machine. */
  image(file: FileLike | Blob | string, options?: MediaOptions): Sending;
  file(file: FileLike | Blob | string, options?: MediaOptions): Sending;
  video(file: FileLike | Blob | string, options?: MediaOptions): Sending;
  audio(file: FileLike | Blob | string, options?: MediaOptions): Sending;
  /** A place, as a `geo:` URI. */
  location(geoUri: string, options?: TransactionOptions & { body?: string | undefined }): Sending;
  /** A question with up to 20 answers to choose from. @throws {ClientError} `INVALID_OPTIONS`. */
  poll(question: string, answers: readonly string[], options?: PollOptions): Sending;
  /** Any message-like event. */
  event<K extends keyof MessageLikeEvents>(type: K, content: MessageLikeEvents[K], options?: TransactionOptions): Sending;
  event<T extends string, C extends object>(definition: EventDef<T, C>, content: C, options?: TransactionOptions): Sending;
}
