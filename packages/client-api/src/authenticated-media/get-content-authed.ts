import { type Endpoint, endpoint, fileResponse, type FileResponse } from "@patrix/api";
import { DownloadQuery } from "./download-query.ts";
import { MediaPath } from "./media-path.ts";

/** Request of {@link getContentAuthed}. */
export interface GetContentAuthedRequest {
  path: MediaPath;
  query?: DownloadQuery | undefined;
}

/**
 * Downloads media.
 *
 * `GET /_matrix/client/v1/media/download/{serverName}/{mediaId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaid}
 */
export const getContentAuthed: Endpoint<GetContentAuthedRequest, FileResponse> = /* @__PURE__ */ endpoint({
  id: "getContentAuthed",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      { path: "/_matrix/client/unstable/org.matrix.msc3916/media/download/{serverName}/{mediaId}", feature: "org.matrix.msc3916" },
      { path: "/_matrix/client/v1/media/download/{serverName}/{mediaId}", feature: "org.matrix.msc3916.stable" },
    ],
    stable: [{ since: "v1.11", path: "/_matrix/client/v1/media/download/{serverName}/{mediaId}" }],
  },
  statuses: [200, 307, 308],
  errors: { 502: {}, 504: { errcodes: ["M_NOT_YET_UPLOADED"] } },
  path: MediaPath,
  query: DownloadQuery,
  response: fileResponse,
});
