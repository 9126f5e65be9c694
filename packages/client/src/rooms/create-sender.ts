import type { JsonObject } from "@patrix/api";
import type { EventDef } from "../events/event-def.ts";
import { loaded } from "../loaded.ts";
import type { Sending } from "../outbox/sending.ts";
import { createFileSender, previewOf, type Relate, type SenderParts } from "./create-file-sender.ts";
import { textContent } from "./message-content.ts";
import { pollContent } from "./poll-content.ts";
import type { Sender, SendOptions, TransactionOptions } from "./sender.ts";

/** Composes a sender; `relate` makes each content relate to something. */
export function createSender({ roomId, http, admitFile, enqueue }: SenderParts, relate: Relate = (content) => content): Sender {
  const send = (type: string, content: JsonObject | (() => Promise<JsonObject>), txnId?: string): Sending => {
    const prepare = async (): Promise<{ content: JsonObject }> => ({
      content: relate(typeof content === "function" ? await content() : content, type),
    });
    return enqueue({ roomId, type, txnId, preview: typeof content === "function" ? undefined : previewOf(relate, content, type), prepare });
  };
  const say = (msgtype: string, body: string, options?: SendOptions): Sending =>
    send("m.room.message", textContent(msgtype, body, options), options?.txnId);
  const sendFile = createFileSender({ roomId, http, admitFile, enqueue }, relate);
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
    poll: (question, answers, options) => send("org.matrix.msc3381.poll.start", pollContent(question, answers, options), options?.txnId),
    location: (geoUri, { body = geoUri, txnId } = {}) => send("m.room.message", { msgtype: "m.location", body, geo_uri: geoUri }, txnId),
    event: (type: string | EventDef<string, object>, content: object, options?: TransactionOptions) =>
      send(typeof type === "string" ? type : type.type, { ...content }, options?.txnId),
  });
}

const plainTextPart = /* @__PURE__ */ loaded(() => import("@patrix/html/plain-text"));
const markdownPart = /* @__PURE__ */ loaded(() => import("marked"));

async function plainText(html: string): Promise<string> {
  const { simpleHtmlToPlainText } = await plainTextPart();
  return simpleHtmlToPlainText(html);
}

async function renderMarkdown(markdown: string): Promise<string> {
  const { marked } = await markdownPart();
  const html = await marked.parse(markdown, { gfm: true, breaks: true });
  const text = html.trim();
  // One paragraph needs no block around it.
  const single = /^<p>((?:(?!<p>)[\s\S])*)<\/p>$/.exec(text)?.[1];
  return single ?? text;
}
