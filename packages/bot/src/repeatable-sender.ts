import type { EventId, Sender, SendOptions } from "@patrix/client";

/**
 * Makes a sender whose events are the same when a handler runs again for the same message, as after a crash: their transaction
 * IDs come from the message and from how many were sent before, so that the server answers with the event that is there already.
 */
export function repeatableSender(sender: Sender, eventId: EventId): Sender {
  let ordinal = 0;
  const name = <O extends Pick<SendOptions, "txnId">>(options?: O): O & { txnId: string } => {
    ordinal += 1;
    // An own transaction ID counts too, so that what comes after it keeps its number.
    return { ...options, txnId: options?.txnId ?? `patrix.reply.${eventId}.${ordinal}` } as O & { txnId: string };
  };
  return {
    text: (body, options) => sender.text(body, name(options)),
    notice: (body, options) => sender.notice(body, name(options)),
    emote: (body, options) => sender.emote(body, name(options)),
    html: (html, options) => sender.html(html, name(options)),
    markdown: (markdown, options) => sender.markdown(markdown, name(options)),
    image: (file, options) => sender.image(file, name(options)),
    file: (file, options) => sender.file(file, name(options)),
    video: (file, options) => sender.video(file, name(options)),
    audio: (file, options) => sender.audio(file, name(options)),
    location: (geoUri, options) => sender.location(geoUri, name(options)),
    poll: (question, answers, options) => sender.poll(question, answers, name(options)),
    event: (type: never, content: never, options?: Pick<SendOptions, "txnId">) => sender.event(type, content, name(options)),
  };
}
