import type { MessageEvent } from "@patrix/client";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { nameOf } from "./names.ts";
import { Attachment } from "./attachment.tsx";

/** What a message says or shows. */
export function MessageBody({ message, isLocal }: { message: MessageEvent; isLocal: boolean }): JSX.Element {
  const { content, text } = message;
  if (text === undefined) return <Attachment message={message} isLocal={isLocal} />;
  const html = "formatted_body" in content && content.format === "org.matrix.custom.html" ? content.formatted_body : undefined;
  const kind = content.msgtype === "m.notice" ? "notice" : content.msgtype === "m.emote" ? "emote" : "";
  return (
    <div class={`body ${kind} ${isEmoji(text) ? "big" : ""}`}>
      {content.msgtype === "m.emote" && `* ${nameOf(message.sender)} `}
      {html === undefined ? <Linked text={text} /> : <Formatted html={html} text={text} />}
    </div>
  );
}

/** Whether a text is nothing but a few emoji. */
function isEmoji(text: string): boolean {
  return text.length <= 12 && /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s)+$/u.test(text);
}

const links = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/g;

function Linked({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text.split(links).map((part, at) =>
        at % 2 === 1 ? (
          <a key={at} href={part} target="_blank" rel="noreferrer noopener">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}

/** HTML of others, of which only what the specification allows is left. Its parser is loaded with the first such message. */
function Formatted({ html, text }: { html: string; text: string }): JSX.Element {
  const [clean, setClean] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    void import("@patrix/html").then(({ sanitizeHtml }) => isCurrent && setClean(sanitizeHtml(html, { removeReplyFallback: true })));
    return () => void (isCurrent = false);
  }, [html]);
  // oxlint-disable-next-line react/no-danger -- sanitized, and the policy of the page runs no script in it
  return clean === undefined ? <Linked text={text} /> : <div class="formatted" dangerouslySetInnerHTML={{ __html: clean }} />;
}
