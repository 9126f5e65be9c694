import type { EncryptedFile } from "@patrix/events";
import type { MxcUri } from "@patrix/identifiers";
import type { FileLike } from "./file-like.ts";
import type { UploadOptions } from "./media.ts";

/** A file that was uploaded: as it is, or encrypted. */
export type SentFile = { readonly name: string; readonly type: string; readonly size: number } & (
  | { readonly url: MxcUri }
  | { readonly encrypted: EncryptedFile }
);

/** Options of `uploadAttachment`. */
export interface AttachmentOptions extends UploadOptions {
  /** Whether the room is encrypted that the file is for. */
  readonly encrypts: boolean;
  /** A small picture of it. */
  readonly thumbnail?: FileLike | undefined;
}

/** A file that was uploaded, with its thumbnail. */
export type SentAttachment = SentFile & { readonly thumbnail?: SentFile | undefined };
