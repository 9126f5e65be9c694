/**
 * The part `media` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  CreateContentResponse,
  type GetContentOverrideNameRequest,
  type GetContentRequest,
  GetContentThumbnailQuery,
  type GetContentThumbnailRequest,
  type GetUrlPreviewRequest,
  UnauthenticatedDownloadQuery,
  type UploadContentRequest,
  UploadContentResponse,
  type UploadContentToMXCRequest,
  UploadHeaders,
  UploadQuery,
  createContent,
  getConfig,
  getContent,
  getContentOverrideName,
  getContentThumbnail,
  getUrlPreview,
  uploadContent,
  uploadContentToMXC,
} from "../index.ts";
