/**
 * The part `media-info` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  AudioInfo,
  EncryptedFile,
  EncryptedFileHashes,
  FileInfo,
  ImageInfo,
  JsonWebKey,
  LocationInfo,
  type ThumbnailFields,
  ThumbnailInfo,
  VideoInfo,
  thumbnailShape,
} from "../index.ts";
