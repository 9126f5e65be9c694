import { boolParam, type Endpoint, endpoint, fileResponse, type FileResponse, intParam, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { MediaPath } from "../authenticated-media/media-path.ts";
import { ThumbnailMethod } from "../authenticated-media/thumbnail-method.ts";

/** Query parameters of {@link getContentThumbnail}. */
export interface GetContentThumbnailQuery {
  /** Wanted width in pixels. */
  width: number;
  /** Wanted height in pixels. */
  height: number;
  /** How to fit the image. Default: `scale`. */
  method?: ThumbnailMethod | undefined;
  /** Whether to fetch media of other servers. Default: `true`. */
  allow_remote?: boolean | undefined;
  /** How long to wait for media that is not uploaded yet, in milliseconds. Default: 20000. */
  timeout_ms?: number | undefined;
  /** Whether the client follows redirects. Default: `false`. */
  allow_redirect?: boolean | undefined;
  /** Whether an animated thumbnail is wanted. */
  animated?: boolean | undefined;
}

/** Checks a {@link GetContentThumbnailQuery}. */
export const GetContentThumbnailQuery: Model<GetContentThumbnailQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetContentThumbnailQuery>({
    width: intParam(),
    height: intParam(),
    method: z.optional(ThumbnailMethod),
    allow_remote: z.optional(boolParam()),
    timeout_ms: z.optional(intParam()),
    allow_redirect: z.optional(boolParam()),
    animated: z.optional(boolParam()),
  }),
);

/** Request of {@link getContentThumbnail}. */
export interface GetContentThumbnailRequest {
  path: MediaPath;
  query: GetContentThumbnailQuery;
}

/**
 * Downloads a thumbnail without authentication; replaced by {@link getContentThumbnailAuthed}.
 *
 * `GET /_matrix/media/v3/thumbnail/{serverName}/{mediaId}` · no authentication · rate limited
 *
 * @deprecated Since v1.11.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3thumbnailservernamemediaid}
 */
export const getContentThumbnail: Endpoint<GetContentThumbnailRequest, FileResponse> = /* @__PURE__ */ endpoint({
  id: "getContentThumbnail",
  method: "GET",
  auth: "none",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/media/r0/thumbnail/{serverName}/{mediaId}" },
      { since: "v1.1", path: "/_matrix/media/v3/thumbnail/{serverName}/{mediaId}" },
    ],
    deprecated: "v1.11",
  },
  statuses: [200, 307, 308],
  errors: { 400: {}, 413: {}, 502: {}, 504: { errcodes: ["M_NOT_YET_UPLOADED"] } },
  path: MediaPath,
  query: GetContentThumbnailQuery,
  response: fileResponse,
});
