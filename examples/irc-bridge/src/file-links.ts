import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { BridgedMessage, Intent, Messages } from "@patrix/appservice";
import { EncryptedFile, filenameOf, mediaSourceOf, mimetypeOf, type RoomMessageContent } from "@patrix/events";
import { type EventId, isEventId, isMxcUri } from "@patrix/identifiers";

type Media = Intent["media"];

/** The largest file that is shown, in bytes, and how many at once: an encrypted one is in memory until it is known to be what was sent. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;
const MAX_AT_ONCE = 4;
/** What browsers may show by themselves; everything else they save. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/(?:mp4|webm|ogg))$/;

/** What {@link FileLinks} are made of. */
export interface FileLinkParts {
  /** Where people reach {@link FileLinks.answer}. */
  readonly url: string;
  /** What links cannot be guessed without. */
  readonly secret: string;
  readonly messages: Pick<Messages, "byEvent">;
  /** Downloads and decrypts. */
  readonly media: Pick<Media, "stream">;
}

/**
 * Links under which people on IRC find the files of rooms. Homeservers give files to their users only, and those of encrypted rooms are of no use without
 * the key: the bridge downloads and decrypts them. A link is as good as the file: nobody can guess it, and it ends when the message is redacted.
 */
export class FileLinks {
  readonly #parts: FileLinkParts;
  readonly #baseUrl: string;
  #running = 0;

  constructor(parts: FileLinkParts) {
    this.#parts = parts;
    this.#baseUrl = parts.url.replace(/\/+$/, "");
  }

  /** The link to the file of an event; it works once the event is remembered with {@link fileOf} its content. */
  urlOf(eventId: EventId): string {
    return `${this.#baseUrl}/${encodeURIComponent(eventId)}/${this.#proofOf(eventId)}`;
  }

  /** Answers who follows a link. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (status: number, text: string): void => void response.writeHead(status, { "content-type": "text/plain" }).end(text);
    if (request.method !== "GET") return end(405, "only GET");
    const message = await this.#find(request.url ?? "");
    const file = message && readFile(message);
    if (!file) return end(404, "there is no such file, or no more");
    if (this.#running >= MAX_AT_ONCE) return end(503, "too many at once: try again");
    this.#running += 1;
    try {
      const bytes = await this.#download(file.source);
      if (!bytes) return end(413, "the file is too large to be shown here");
      const type = SHOWN.test(file.type) ? file.type : "application/octet-stream";
      const how = type === file.type ? "inline" : "attachment";
      response.writeHead(200, {
        "content-type": type,
        "content-length": bytes.length,
        "content-disposition": `${how}; filename*=UTF-8''${encodeName(file.name)}`,
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cache-control": "private, max-age=3600",
      });
      response.end(bytes);
    } catch {
      end(502, "the file could not be fetched");
    } finally {
      this.#running -= 1;
    }
  }

  #proofOf(eventId: EventId): string {
    return createHmac("sha256", this.#parts.secret).update(`file of ${eventId}`).digest("base64url").slice(0, 22);
  }

  async #find(url: string): Promise<BridgedMessage | undefined> {
    const [eventId, proof = ""] = (url.split("?")[0] ?? "").split("/").slice(-2).map(decode);
    if (!isEventId(eventId)) return undefined;
    const [given, wanted] = [Buffer.from(proof), Buffer.from(this.#proofOf(eventId))];
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? this.#parts.messages.byEvent(eventId) : undefined;
  }

  /** All of a file; `undefined` if it is too large. */
  async #download(source: StoredFile["source"]): Promise<Buffer | undefined> {
    const { stream, size = 0 } = await this.#parts.media.stream(source);
    if (size > MAX_FILE_BYTES) {
      await stream.cancel();
      return undefined;
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of stream) {
      if ((length += chunk.length) > MAX_FILE_BYTES) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

interface StoredFile {
  readonly source: Parameters<Media["stream"]>[0];
  readonly name: string;
  readonly type: string;
}

/** What is remembered of a message with a file; nothing of one without. */
export function fileOf(content: RoomMessageContent): { readonly file?: { source: string | EncryptedFile; name: string; type: string } } {
  if (!("url" in content || "file" in content)) return {};
  const source = mediaSourceOf(content);
  if (!source) return {};
  return { file: { source: source.encrypted ?? source.url, name: filenameOf(content).slice(0, 200), type: mimetypeOf(content) } };
}

function readFile({ data }: BridgedMessage): StoredFile | undefined {
  const { source, name, type } = Object(data["file"]) as Readonly<Record<string, unknown>>;
  if (!(isMxcUri(source) || EncryptedFile.is(source)) || typeof name !== "string" || typeof type !== "string") return undefined;
  return { source, name, type };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

/** A name as headers have it: a half of a character cannot be written. */
function encodeName(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString()).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
