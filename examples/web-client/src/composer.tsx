import type { MessageEvent, Room, Sender, Timeline } from "@patrix/client";
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { describeEvent } from "./describe-event.ts";
import { Icon, IconButton } from "./icons.tsx";
import { nameOf } from "./names.ts";
import { sendFile } from "./send-file.ts";

/** What is written about: a message that is answered or edited. */
export type Target = { readonly kind: "reply" | "edit"; readonly event: MessageEvent } | undefined;

interface ComposerProps {
  readonly room: Room;
  readonly sender: Sender;
  /** What is to be written, for who sees the empty field and for who does not. */
  readonly prompt: string;
  readonly target: Target;
  readonly onTarget: (target: Target) => void;
  readonly timeline: Timeline | undefined;
}

/** Where one writes. */
export function Composer({ room, sender, prompt, target, onTarget, timeline }: ComposerProps): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  // Before anything else can be typed, as below.
  useLayoutEffect(() => {
    if (!field.current || !target) return;
    if (target.kind === "edit") field.current.value = target.event.text ?? "";
    field.current.focus();
  }, [target]);
  const canSend = room.can("send");
  useLayoutEffect(() => field.current?.focus(), [canSend]);
  const setTyping = useTyping(room);
  const clear = (): void => {
    if (field.current) field.current.value = "";
    onTarget(undefined);
    setTyping(false);
  };
  const send = (): void => {
    const text = field.current?.value.trim() ?? "";
    if (text === "") return;
    sendText(text, sender, target);
    clear();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send();
    else if (event.key === "ArrowUp" && event.currentTarget.value === "") onTarget(lastOwn(timeline));
    else if (event.key === "Escape" && target) clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const sendFiles = (list: FileList | null | undefined): void => {
    for (const file of list ?? []) void sendFile(target?.kind === "reply" ? target.event.reply : sender, file);
  };
  if (!canSend) return <p class="composer soft">You may not write in this conversation.</p>;
  return (
    <form class="composer" onSubmit={(event) => (event.preventDefault(), send())}>
      {target && <TargetLine target={target} onClear={clear} />}
      <div class="row">
        <FileButton onFiles={sendFiles} />
        <textarea
          ref={field}
          rows={1}
          aria-label={prompt}
          placeholder={prompt}
          onKeyDown={onKeyDown}
          onInput={(event) => setTyping(event.currentTarget.value !== "")}
          onPaste={(event) => {
            if ((event.clipboardData?.files.length ?? 0) === 0) return;
            event.preventDefault();
            sendFiles(event.clipboardData?.files);
          }}
        />
        <button class="icon-button send" aria-label="Send" title="Send">
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

function FileButton({ onFiles }: { onFiles: (files: FileList | null) => void }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="attach" label="Send a file" onClick={() => field.current?.click()} />
      <input
        ref={field}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onFiles(currentTarget.files);
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
    </>
  );
}

function TargetLine({ target, onClear }: { target: NonNullable<Target>; onClear: () => void }): JSX.Element {
  const isEdit = target.kind === "edit";
  return (
    <p class="target">
      <span>
        {isEdit ? "Editing" : `Replying to ${nameOf(target.event.sender)}`}: <span class="soft">{describeEvent(target.event)}</span>
      </span>
      <IconButton icon="close" label={isEdit ? "Stop editing" : "Do not reply"} onClick={onClear} />
    </p>
  );
}

/** Sends a text, as an answer or in the place of what is edited. Failures are shown where the message is. */
function sendText(text: string, sender: Sender, target: Target): void {
  const to = target?.kind === "reply" ? target.event.reply : sender;
  const how = target?.kind === "edit" ? target.event.edit : to;
  void (isMarkdown(text) ? how.markdown(text) : how.text(text));
}

/** The last message of the user, to be edited. */
function lastOwn(timeline: Timeline | undefined): Target {
  const own = timeline?.items.value.findLast(
    (item) => item.kind === "event" && item.message?.isOwn === true && item.message.text !== undefined,
  );
  return own?.kind === "event" && own.message ? { kind: "edit", event: own.message } : undefined;
}

/** Whether a text has something that Markdown would show otherwise. */
function isMarkdown(text: string): boolean {
  return /[*_`#>[\]]|^\s*[-+\d]/m.test(text) && /(\*\*?\S|`|^#{1,6}\s|^>\s|\[.+\]\(|^\s*([-+*]|\d+\.)\s|_\S.*\S_)/m.test(text);
}

/** Others are told every 20 seconds that one writes, and when one stops. */
function useTyping(room: Room): (isTyping: boolean) => void {
  const told = useRef(0);
  useEffect(() => () => void (told.current > 0 && room.setTyping(false).catch(() => {})), [room]);
  return (isTyping) => {
    const isDue = isTyping ? Date.now() - told.current > 20_000 : told.current > 0;
    if (!isDue) return;
    told.current = isTyping ? Date.now() : 0;
    room.setTyping(isTyping).catch(() => {});
  };
}
