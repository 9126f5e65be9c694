import type { JsonObject } from "@patrix/api";
import { simpleHtmlToPlainText } from "@patrix/html/plain-text";
import type { RoomId } from "@patrix/identifiers";
import type { EventDef } from "../events/event-def.ts";
import type { RequestSender } from "../http/http-client.ts";
import { type FileLike, loadFile } from "../media/file-like.ts";
import { uploadFile } from "../media/media.ts";
import type { SendRequest } from "../outbox/outbox-item.ts";
import type { Sending } from "../outbox/sending.ts";
import { fileContent, textContent } from "./message-content.ts";
import type { MediaOptions, Sender, SendOptions, TransactionOptions } from "./sender.ts";

/** What a {@link Sender} is made of. */
export interface SenderParts {
  readonly roomId: RoomId;
  readonly http: RequestSender;
  readonly enqueue: (request: SendRequest) => Sending;
}

/** Composes a sender; `relate` makes each content relate to something. */
export function createSender(
  { roomId, http, enqueue }: SenderParts,
  relate: (content: JsonObject, type: string) => JsonObject = (content) => content,
): Sender {
  const send = (type: string, content: JsonObject | (() => Promise<JsonObject>), txnId?: string): Sending =>
    enqueue({
      roomId,
      type,
      txnId,
      prepare: async () => ({ content: relate(typeof content === "function" ? await content() : content, type) }),
    });
  const say = (msgtype: string, body: string, options?: SendOptions): Sending =>
    send("m.room.message", textContent(msgtype, body, options), options?.txnId);
  const sendFile = (msgtype: string, file: FileLike | Blob | string, options: MediaOptions = {}): Sending =>
    enqueue({
      roomId,
      type: "m.room.message",
      txnId: options.txnId,
      uploads: true,
      prepare: async ({ signal, onProgress }) => {
        const both = options.signal ? AbortSignal.any([signal, options.signal]) : signal;
        const report = (progress: { sent: number; total: number }): void => {
          onProgress(progress);
          options.onProgress?.(progress);
        };
        const loaded = await loadFile(file);
        const small = options.thumbnail && (await loadFile(options.thumbnail));
        const url = await uploadFile(http, loaded, { signal: both, onProgress: report });
        const thumbnail = small && { file: small, url: await uploadFile(http, small, { signal: both }) };
        return { content: relate(fileContent(msgtype, { file: loaded, url, thumbnail }, options), "m.room.message") };
      },
    });
  return Object.freeze<Sender>({
    text: (body, options) => say("m.text", body, options),
    notice: (body, options) => say("m.notice", body, options),
    emote: (body, options) => say("m.emote", body, options),
    html: (html, options) =>
      send("m.room.message", async () => textContent("m.text", await plainText(html), { ...options, html }), options?.txnId),
    markdown: (markdown, options) =>
      send(
        "m.room.message",
        async () => textContent("m.text", markdown, { ...options, html: await renderMarkdown(markdown) }),
        options?.txnId,
      ),
    image: (file, options) => sendFile("m.image", file, options),
    file: (file, options) => sendFile("m.file", file, options),
    video: (file, options) => sendFile("m.video", file, options),
    audio: (file, options) => sendFile("m.audio", file, options),
    location: (geoUri, { body = geoUri, txnId } = {}) => send("m.room.message", { msgtype: "m.location", body, geo_uri: geoUri }, txnId),
    event: (type: string | EventDef<string, object>, content: object, options?: TransactionOptions) =>
      send(typeof type === "string" ? type : type.type, { ...content }, options?.txnId),
  });
}

/** The whole parser, which is larger than the rest of the client, is loaded where HTML is too odd for the small one. */
async function plainText(html: string): Promise<string> {
  const simple = simpleHtmlToPlainText(html);
  if (simple !== undefined) return simple;
  const { htmlToPlainText } = await import("@patrix/html");
  return htmlToPlainText(html);
}

async function renderMarkdown(markdown: string): Promise<string> {
  const { marked } = await import("marked");
  const html = await marked.parse(markdown, { gfm: true, breaks: true });
  const text = html.trim();
  // One paragraph needs no block around it.
  const single = /^<p>((?:(?!<p>)[\s\S])*)<\/p>$/.exec(text)?.[1];
  return single ?? text;
}
