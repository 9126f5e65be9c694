import type { FileLike } from "./file-like.ts";
import type { MediaSender, UploadOptions } from "./media.ts";
import { openFile, type OpenedFile } from "./open-file.ts";
import type { AttachmentOptions, SentAttachment, SentFile } from "./sent-file.ts";
import { encryptedFile, uploadFile } from "./transfers.ts";

/** Uploads a file for an event of a room, and its thumbnail: encrypted where the room is. @throws {ClientError} `BAD_FILE`. */
export async function transferAttachment(
  http: MediaSender,
  file: FileLike | Blob | string,
  { encrypts, thumbnail, signal, onProgress }: AttachmentOptions,
): Promise<SentAttachment> {
  const upload = encrypts ? uploadEncrypted : uploadPlain;
  const opened = await openFile(file);
  const small = thumbnail && (await openFile(thumbnail));
  const sent = await upload(http, opened, { signal, onProgress });
  return { ...sent, thumbnail: small && (await upload(http, small, { signal })) };
}

async function uploadPlain(http: MediaSender, file: OpenedFile, options: UploadOptions): Promise<SentFile> {
  const { url, size } = await uploadFile(http, file, options);
  return { name: file.name, type: file.type, size, url };
}

/** What the server keeps says nothing of what it is. */
async function uploadEncrypted(http: MediaSender, file: OpenedFile, options: UploadOptions): Promise<SentFile> {
  const { encryptFile } = await encryptedFile();
  let encryption = await encryptFile();
  const source = {
    ...file,
    name: undefined,
    type: "application/octet-stream",
    // Each try has a key of its own: a file that changes meanwhile must not be encrypted twice by one.
    async open() {
      encryption = await encryptFile();
      return (await file.open()).pipeThrough(encryption.stream);
    },
  };
  const { url, size } = await uploadFile(http, source, options);
  return { name: file.name, type: file.type, size, encrypted: { ...encryption.describe(), url } };
}
