import { boolParam, type Endpoint, endpoint, fileResponse, type FileResponse, intParam, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { MediaPath } from "./media-path.ts";
import { ThumbnailMethod } from "./thumbnail-method.ts";

/** Query parameters of {@link getContentThumbnailAuthed}. */
export interface GetContentThumbnailAuthedQuery {
  /** Wanted width in pixels. */
  width: number;
  /** Wanted height in pixels. */
  height: number;
  /** How to fit the image. Default: `scale`. */
  method?: ThumbnailMethod | undefined;
  /** How long to wait for media that is not uploaded yet, in milliseconds. Default: 20000. */
  timeout_ms?: number | undefined;
  /** Whether an animated thumbnail is wanted. */
  animated?: boolean | undefined;
}

/** Checks a {@link GetContentThumbnailAuthedQuery}. */
export const GetContentThumbnailAuthedQuery: Model<GetContentThumbnailAuthedQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetContentThumbnailAuthedQuery>({
    width: intParam(),
    height: intParam(),
    method: z.optional(ThumbnailMethod),
    timeout_ms: z.optional(intParam()),
    animated: z.optional(boolParam()),
  }),
);

/** Request of {@link getContentThumbnailAuthed}. */
export interface GetContentThumbnailAuthedRequest {
  path: MediaPath;
  query: GetContentThumbnailAuthedQuery;
}

/**
 * Downloads a thumbnail of an image.
 *
 * `GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediathumbnailservernamemediaid}
 */
export const getContentThumbnailAuthed: Endpoint<GetContentThumbnailAuthedRequest, FileResponse> = /* @__PURE__ */ endpoint({
  id: "getContentThumbnailAuthed",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      { path: "/_matrix/client/unstable/org.matrix.msc3916/media/thumbnail/{serverName}/{mediaId}", feature: "org.matrix.msc3916" },
      { path: "/_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}", feature: "org.matrix.msc3916.stable" },
    ],
    stable: [{ since: "v1.11", path: "/_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}" }],
  },
  statuses: [200, 307, 308],
  errors: { 400: {}, 413: {}, 502: {}, 504: { errcodes: ["M_NOT_YET_UPLOADED"] } },
  path: MediaPath,
  query: GetContentThumbnailAuthedQuery,
  response: fileResponse,
});
