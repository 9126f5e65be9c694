import type { JsonObject } from "@patrix/api";
import { type FileLike, fileContent, type MediaSender, uploadAttachment } from "@patrix/client";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { ActingUser } from "./acting-user.ts";
import type { Intent, IntentFileOptions } from "./intent.ts";

type Attachment = Awaited<ReturnType<typeof uploadAttachment>>;
type FileAction = "sendAudio" | "sendFile" | "sendImage" | "sendSticker" | "sendVideo" | "uploadTo";

/** What a user does with files. @param http - Uploads them. */
export function fileActions(user: ActingUser, http: MediaSender): Pick<Intent, FileAction> {
  const message =
    (msgtype: string) =>
    (roomId: RoomId, file: FileLike | Blob | string, options: IntentFileOptions = {}): Promise<EventId> =>
      user.sendWithFiles(
        roomId,
        "m.room.message",
        async (encrypts) => fileContent(msgtype, await uploadAttachment(http, file, { ...options, encrypts }), options),
        options,
      );
  return {
    sendFile: message("m.file"),
    sendImage: message("m.image"),
    sendVideo: message("m.video"),
    sendAudio: message("m.audio"),
    sendSticker: (roomId, file, options = {}) =>
      user.sendWithFiles(
        roomId,
        "m.sticker",
        async (encrypts) => stickerContent(await uploadAttachment(http, file, { ...options, encrypts }), options),
        options,
      ),
    async uploadTo(roomId, file, options) {
      const encrypts = await user.encrypts(roomId);
      const sent = await uploadAttachment(http, file, { ...options, encrypts });
      return "url" in sent ? { url: sent.url } : { file: sent.encrypted };
    },
  };
}

/** A sticker is described as a picture of a message is, and always has an address: of the encrypted file, where `file` says how to decrypt it. */
function stickerContent(sent: Attachment, options: IntentFileOptions): JsonObject {
  const { msgtype: _, filename: __, ...shown } = fileContent("m.image", sent, options);
  return { url: "url" in sent ? sent.url : sent.encrypted.url, ...shown };
}
