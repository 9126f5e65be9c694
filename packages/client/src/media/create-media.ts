import { actions } from "../load-actions.ts";
import type { FileLike } from "./file-like.ts";
import type { Media, MediaLimits, MediaSender } from "./media.ts";
import type { AttachmentOptions, SentAttachment } from "./sent-file.ts";

/** Composes the content repository, whose workings are loaded when it is used. */
export function createMedia(http: MediaSender, fetch: typeof globalThis.fetch, limits?: MediaLimits): Media {
  const transfers = async (): Promise<Media> => (await actions()).createTransfers(http, fetch, limits);
  return {
    upload: async (file, options) => (await transfers()).upload(file, options),
    download: async (source, options) => (await transfers()).download(source, options),
    stream: async (source, options) => (await transfers()).stream(source, options),
  };
}

/**
 * Uploads a file for an event of a room, and its thumbnail: encrypted where the room is, so that the server learns neither what they are nor their names.
 *
 * @throws {ClientError} `BAD_FILE`.
 */
export async function uploadAttachment(
  http: MediaSender,
  file: FileLike | Blob | string,
  options: AttachmentOptions,
): Promise<SentAttachment> {
  const { transferAttachment } = await actions();
  return transferAttachment(http, file, options);
}
