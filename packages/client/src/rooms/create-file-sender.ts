import type { JsonObject } from "@patrix/api";
import type { RoomId } from "@patrix/identifiers";
import type { FileLike } from "../media/file-like.ts";
import type { MediaSender } from "../media/media.ts";
import { uploadAttachment } from "../media/create-media.ts";
import type { PreparedContent, SendRequest } from "../outbox/outbox-item.ts";
import type { Sending } from "../outbox/sending.ts";
import { fileContent } from "./message-content.ts";
import type { MediaOptions } from "./sender.ts";

/** What a {@link Sender} is made of. */
export interface SenderParts {
  readonly roomId: RoomId;
  readonly http: MediaSender;
  /** Whether files for the room have to be encrypted. */
  readonly admitFile: (roomId: RoomId) => Promise<boolean>;
  readonly enqueue: (request: SendRequest) => Sending;
}

/** Makes a content relate to something. @throws {ClientError} If events of the type cannot. */
export type Relate = (content: JsonObject, type: string) => JsonObject;

/** What there is to see of a content before it is sent; `undefined` if it cannot be, of which whoever sends it hears. */
export function previewOf(relate: Relate, content: JsonObject, type: string): PreparedContent | undefined {
  try {
    return { content: relate(content, type) };
  } catch {
    return undefined;
  }
}

/** Composes what sends messages with files. */
export function createFileSender(
  { roomId, http, admitFile, enqueue }: SenderParts,
  relate: Relate,
): (msgtype: string, file: FileLike | Blob | string, options?: MediaOptions) => Sending {
  return (msgtype, file, options = {}) =>
    enqueue({
      roomId,
      type: "m.room.message",
      txnId: options.txnId,
      uploads: true,
      preview: previewOf(relate, { msgtype, body: options.caption ?? nameOf(file) }, "m.room.message"),
      prepare: async ({ signal, onProgress }) => {
        const both = options.signal ? AbortSignal.any([signal, options.signal]) : signal;
        const report = (progress: { sent: number; total: number }): void => {
          onProgress(progress);
          options.onProgress?.(progress);
        };
        const encrypts = await admitFile(roomId);
        const sent = await uploadAttachment(http, file, { encrypts, thumbnail: options.thumbnail, signal: both, onProgress: report });
        return { content: relate(fileContent(msgtype, sent, options), "m.room.message") };
      },
    });
}

function nameOf(file: FileLike | Blob | string): string {
  if (typeof file === "string") return file.split("/").at(-1) ?? file;
  return "name" in file && typeof file.name === "string" ? file.name : "";
}
