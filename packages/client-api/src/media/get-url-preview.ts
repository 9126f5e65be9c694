import { type Endpoint, endpoint } from "@patrix/api";
import { UrlPreview } from "../authenticated-media/url-preview.ts";
import { UrlPreviewQuery } from "../authenticated-media/url-preview-query.ts";

/** Request of {@link getUrlPreview}. */
export interface GetUrlPreviewRequest {
  query: UrlPreviewQuery;
}

/**
 * Fetches a preview of a web page; replaced by {@link getUrlPreviewAuthed}.
 *
 * `GET /_matrix/media/v3/preview_url` · access token · rate limited
 *
 * @deprecated Since v1.11.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3preview_url}
 */
export const getUrlPreview: Endpoint<GetUrlPreviewRequest, UrlPreview> = /* @__PURE__ */ endpoint({
  id: "getUrlPreview",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/media/r0/preview_url" },
      { since: "v1.1", path: "/_matrix/media/v3/preview_url" },
    ],
    deprecated: "v1.11",
  },
  query: UrlPreviewQuery,
  response: UrlPreview,
});
