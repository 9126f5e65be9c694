/**
 * The part `authenticated-media` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  DownloadQuery,
  type GetContentAuthedRequest,
  type GetContentOverrideNameAuthedRequest,
  GetContentThumbnailAuthedQuery,
  type GetContentThumbnailAuthedRequest,
  type GetUrlPreviewAuthedRequest,
  MediaConfig,
  MediaPath,
  NamedMediaPath,
  ThumbnailMethod,
  UrlPreview,
  UrlPreviewQuery,
  getConfigAuthed,
  getContentAuthed,
  getContentOverrideNameAuthed,
  getContentThumbnailAuthed,
  getUrlPreviewAuthed,
} from "../index.ts";
