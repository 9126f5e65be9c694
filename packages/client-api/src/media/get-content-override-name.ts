import { type Endpoint, endpoint, fileResponse, type FileResponse } from "@patrix/api";
import { NamedMediaPath } from "../authenticated-media/named-media-path.ts";
import { UnauthenticatedDownloadQuery } from "./unauthenticated-download-query.ts";

/** Request of {@link getContentOverrideName}. */
export interface GetContentOverrideNameRequest {
  path: NamedMediaPath;
  query?: UnauthenticatedDownloadQuery | undefined;
}

/**
 * Downloads media under another file name without authentication; replaced by {@link getContentOverrideNameAuthed}.
 *
 * `GET /_matrix/media/v3/download/{serverName}/{mediaId}/{fileName}` · no authentication · rate limited
 *
 * @deprecated Since v1.11.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3downloadservernamemediaidfilename}
 */
export const getContentOverrideName: Endpoint<GetContentOverrideNameRequest, FileResponse> = /* @__PURE__ */ endpoint({
  id: "getContentOverrideName",
  method: "GET",
  auth: "none",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/media/r0/download/{serverName}/{mediaId}/{fileName}" },
      { since: "v1.1", path: "/_matrix/media/v3/download/{serverName}/{mediaId}/{fileName}" },
    ],
    deprecated: "v1.11",
  },
  statuses: [200, 307, 308],
  errors: { 502: {}, 504: { errcodes: ["M_NOT_YET_UPLOADED"] } },
  path: NamedMediaPath,
  query: UnauthenticatedDownloadQuery,
  response: fileResponse,
});
