import { type Endpoint, endpoint, fileResponse, type FileResponse } from "@patrix/api";
import { MediaPath } from "../authenticated-media/media-path.ts";
import { UnauthenticatedDownloadQuery } from "./unauthenticated-download-query.ts";

/** Request of {@link getContent}. */
export interface GetContentRequest {
  path: MediaPath;
  query?: UnauthenticatedDownloadQuery | undefined;
}

/**
 * Downloads media without authentication; replaced by {@link getContentAuthed}.
 *
 * `GET /_matrix/media/v3/download/{serverName}/{mediaId}` · no authentication · rate limited
 *
 * @deprecated Since v1.11.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3downloadservernamemediaid}
 */
export const getContent: Endpoint<GetContentRequest, FileResponse> = /* @__PURE__ */ endpoint({
  id: "getContent",
  method: "GET",
  auth: "none",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/media/r0/download/{serverName}/{mediaId}" },
      { since: "v1.1", path: "/_matrix/media/v3/download/{serverName}/{mediaId}" },
    ],
    deprecated: "v1.11",
  },
  statuses: [200, 307, 308],
  errors: { 502: {}, 504: { errcodes: ["M_NOT_YET_UPLOADED"] } },
  path: MediaPath,
  query: UnauthenticatedDownloadQuery,
  response: fileResponse,
});
