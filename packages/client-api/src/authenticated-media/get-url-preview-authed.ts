import { type Endpoint, endpoint } from "@patrix/api";
import { UrlPreview } from "./url-preview.ts";
import { UrlPreviewQuery } from "./url-preview-query.ts";

/** Request of {@link getUrlPreviewAuthed}. */
export interface GetUrlPreviewAuthedRequest {
  query: UrlPreviewQuery;
}

/**
 * Fetches what a web page says of itself, for a preview.
 *
 * `GET /_matrix/client/v1/media/preview_url` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediapreview_url}
 */
export const getUrlPreviewAuthed: Endpoint<GetUrlPreviewAuthedRequest, UrlPreview> = /* @__PURE__ */ endpoint({
  id: "getUrlPreviewAuthed",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      { path: "/_matrix/client/unstable/org.matrix.msc3916/media/preview_url", feature: "org.matrix.msc3916" },
      { path: "/_matrix/client/v1/media/preview_url", feature: "org.matrix.msc3916.stable" },
    ],
    stable: [{ since: "v1.11", path: "/_matrix/client/v1/media/preview_url" }],
  },
  query: UrlPreviewQuery,
  response: UrlPreview,
});
