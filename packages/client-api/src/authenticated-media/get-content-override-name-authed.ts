import { type Endpoint, endpoint, fileResponse, type FileResponse } from "@patrix/api";
import { DownloadQuery } from "./download-query.ts";
import { NamedMediaPath } from "./named-media-path.ts";

/** Request of {@link getContentOverrideNameAuthed}. */
export interface GetContentOverrideNameAuthedRequest {
  path: NamedMediaPath;
  query?: DownloadQuery | undefined;
}

/**
 * Downloads media under a file name that the caller chooses.
 *
 * `GET /_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaidfilename}
 */
export const getContentOverrideNameAuthed: Endpoint<GetContentOverrideNameAuthedRequest, FileResponse> = /* @__PURE__ */ endpoint({
  id: "getContentOverrideNameAuthed",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      {
        path: "/_matrix/client/unstable/org.matrix.msc3916/media/download/{serverName}/{mediaId}/{fileName}",
        feature: "org.matrix.msc3916",
      },
      { path: "/_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}", feature: "org.matrix.msc3916.stable" },
    ],
    stable: [{ since: "v1.11", path: "/_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}" }],
  },
  statuses: [200, 307, 308],
  errors: { 502: {}, 504: { errcodes: ["M_NOT_YET_UPLOADED"] } },
  path: NamedMediaPath,
  query: DownloadQuery,
  response: fileResponse,
});
