import { bytes, EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { MediaPath } from "../authenticated-media/media-path.ts";
import { UploadHeaders } from "./upload-headers.ts";
import { UploadQuery } from "./upload-query.ts";

/** Request of {@link uploadContentToMXC}. */
export interface UploadContentToMXCRequest {
  path: MediaPath;
  query?: UploadQuery | undefined;
  headers?: UploadHeaders | undefined;
  body: Uint8Array;
}

/**
 * Uploads media to a content URI that was created before.
 *
 * `PUT /_matrix/media/v3/upload/{serverName}/{mediaId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixmediav3uploadservernamemediaid}
 */
export const uploadContentToMXC: Endpoint<UploadContentToMXCRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "uploadContentToMXC",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/media/unstable/fi.mau.msc2246/upload/{serverName}/{mediaId}" }],
    stable: [{ since: "v1.7", path: "/_matrix/media/v3/upload/{serverName}/{mediaId}" }],
    olderClients: ["/_matrix/media/r0/upload/{serverName}/{mediaId}"],
  },
  errors: {
    403: { errcodes: ["M_FORBIDDEN"] },
    404: { errcodes: ["M_NOT_FOUND"] },
    409: { errcodes: ["M_CANNOT_OVERWRITE_MEDIA"] },
    413: {},
  },
  path: MediaPath,
  query: UploadQuery,
  headers: UploadHeaders,
  body: bytes,
  response: EmptyObject,
});
