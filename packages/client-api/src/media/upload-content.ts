import { bytes, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import { UploadHeaders } from "./upload-headers.ts";
import { UploadQuery } from "./upload-query.ts";

/** Response of {@link uploadContent}. */
export interface UploadContentResponse {
  content_uri: MxcUri;
}

/** Checks a {@link UploadContentResponse}. */
export const UploadContentResponse: Model<UploadContentResponse> = /* @__PURE__ */ model(() =>
  obj<UploadContentResponse>({ content_uri: MxcUri }),
);

/** Request of {@link uploadContent}. */
export interface UploadContentRequest {
  query?: UploadQuery | undefined;
  headers?: UploadHeaders | undefined;
  body: Uint8Array;
}

/**
 * Uploads media.
 *
 * `POST /_matrix/media/v3/upload` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav3upload}
 */
export const uploadContent: Endpoint<UploadContentRequest, UploadContentResponse> = /* @__PURE__ */ endpoint({
  id: "uploadContent",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/media/r0/upload" },
      { since: "v1.1", path: "/_matrix/media/v3/upload" },
    ],
  },
  errors: { 403: {}, 413: {} },
  query: UploadQuery,
  headers: UploadHeaders,
  body: bytes,
  response: UploadContentResponse,
});
