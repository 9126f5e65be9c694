import { type Endpoint, endpoint, intParam, type Model, type MultipartMedia, multipartResponse, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { MediaPath } from "./media-path.ts";

/** Query parameters of {@link getContent}. */
export interface GetContentQuery {
  /** How long to wait for media that is not uploaded yet, in milliseconds. Default: 20000. */
  timeout_ms?: number | undefined;
}

/** Checks a {@link GetContentQuery}. */
export const GetContentQuery: Model<GetContentQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetContentQuery>({ timeout_ms: z.optional(intParam()) }),
);

/** Request of {@link getContent}. */
export interface GetContentRequest {
  path: MediaPath;
  query?: GetContentQuery | undefined;
}

/**
 * Downloads media of the called server.
 *
 * `GET /_matrix/federation/v1/media/download/{mediaId}` · signed request · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1mediadownloadmediaid}
 */
export const getContent: Endpoint<GetContentRequest, MultipartMedia> = /* @__PURE__ */ endpoint({
  id: "getContent",
  method: "GET",
  auth: "signedRequest",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/federation/unstable/org.matrix.msc3916.v2/media/download/{mediaId}" }],
    stable: [{ since: "v1.11", path: "/_matrix/federation/v1/media/download/{mediaId}" }],
  },
  errors: { 502: {}, 504: { errcodes: ["M_NOT_YET_UPLOADED"] } },
  path: MediaPath,
  query: GetContentQuery,
  response: multipartResponse,
});
