import type { MessageEvent } from "@patrix/client";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { describeError } from "./session.ts";

/** Pictures that browsers show without running anything in them. */
const shown = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);
const maxShownBytes = 20_000_000;

interface FileInfo {
  readonly w?: number | undefined;
  readonly h?: number | undefined;
  readonly size?: number | undefined;
  readonly mimetype?: string | undefined;
}

/** A file that somebody has sent: a picture is shown, all else can be saved. */
export function Attachment({ message, isLocal }: { message: MessageEvent; isLocal: boolean }): JSX.Element {
  const { content } = message;
  // Each field was checked where there is one.
  const info: FileInfo = "info" in content ? { ...content.info } : {};
  const { body = "" } = content;
  const name = "filename" in content && typeof content.filename === "string" ? content.filename : body;
  const caption = name === body ? undefined : body;
  const isPicture = content.msgtype === "m.image" && shown.has(info.mimetype ?? "") && (info.size ?? 0) <= maxShownBytes;
  if (isLocal) return <p class="file-card">{name}</p>;
  return (
    <figure class="attachment">
      {isPicture ? (
        <Picture message={message} info={info} name={caption ?? name} />
      ) : (
        <FileCard message={message} info={info} name={name} />
      )}
      {caption !== undefined && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

function Picture({ message, info, name }: { message: MessageEvent; info: FileInfo; name: string }): JSX.Element {
  const [url, setUrl] = useState<string>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const stop = new AbortController();
    let made: string | undefined;
    message.download({ signal: stop.signal }).then(
      (blob) => setUrl((made = URL.createObjectURL(new Blob([blob], { type: info.mimetype ?? "" })))),
      (error: unknown) => !stop.signal.aborted && setProblem(describeError(error)),
    );
    return () => {
      stop.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [message.id]);
  if (problem !== "") return <p class="problem">The picture cannot be loaded: {problem}</p>;
  const { w = 320, h = 200 } = info;
  // The place that it will take is kept, so that nothing moves when it comes.
  return <img class="picture" src={url ?? placeholder} alt={name} width={w} height={h} loading="lazy" />;
}

const placeholder = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

function FileCard({ message, info, name }: { message: MessageEvent; info: FileInfo; name: string }): JSX.Element {
  const [state, setState] = useState("");
  const save = async (): Promise<void> => {
    setState("Loading…");
    try {
      const url = URL.createObjectURL(await message.download());
      const link = Object.assign(document.createElement("a"), { href: url, download: name });
      link.click();
      URL.revokeObjectURL(url);
      setState("");
    } catch (error) {
      setState(describeError(error));
    }
  };
  return (
    <button class="file-card" onClick={() => void save()}>
      <Icon name="file" />
      <span>{name}</span>
      <span class="soft">{state === "" ? sizeOf(info.size) : state}</span>
    </button>
  );
}

function sizeOf(bytes: number | undefined): string {
  if (bytes === undefined) return "Save";
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
