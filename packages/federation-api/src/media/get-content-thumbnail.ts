import {
  boolParam,
  type Endpoint,
  endpoint,
  intParam,
  type Model,
  type MultipartMedia,
  multipartResponse,
  obj,
  type OpenEnum,
  openEnum,
  paramsModel,
} from "@patrix/api";
import * as z from "zod/mini";
import { MediaPath } from "./media-path.ts";

/** Query parameters of {@link getContentThumbnail}. */
export interface GetContentThumbnailQuery {
  /** Wanted width in pixels. */
  width: number;
  /** Wanted height in pixels. */
  height: number;
  /** How to fit the image. Default: `scale`. */
  method?: OpenEnum<"crop" | "scale"> | undefined;
  /** How long to wait for media that is not uploaded yet, in milliseconds. Default: 20000. */
  timeout_ms?: number | undefined;
  /** Whether an animated thumbnail is wanted. */
  animated?: boolean | undefined;
}

/** Checks a {@link GetContentThumbnailQuery}. */
export const GetContentThumbnailQuery: Model<GetContentThumbnailQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetContentThumbnailQuery>({
    width: intParam(),
    height: intParam(),
    method: z.optional(openEnum(["crop", "scale"])),
    timeout_ms: z.optional(intParam()),
    animated: z.optional(boolParam()),
  }),
);

/** Request of {@link getContentThumbnail}. */
export interface GetContentThumbnailRequest {
  path: MediaPath;
  query: GetContentThumbnailQuery;
}

/**
 * Downloads a thumbnail of media of the called server.
 *
 * `GET /_matrix/federation/v1/media/thumbnail/{mediaId}` · signed request · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1mediathumbnailmediaid}
 */
export const getContentThumbnail: Endpoint<GetContentThumbnailRequest, MultipartMedia> = /* @__PURE__ */ endpoint({
  id: "getContentThumbnail",
  method: "GET",
  auth: "signedRequest",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/federation/unstable/org.matrix.msc3916.v2/media/thumbnail/{mediaId}" }],
    stable: [{ since: "v1.11", path: "/_matrix/federation/v1/media/thumbnail/{mediaId}" }],
  },
  errors: { 400: {}, 413: {}, 502: {}, 504: { errcodes: ["M_NOT_YET_UPLOADED"] } },
  path: MediaPath,
  query: GetContentThumbnailQuery,
  response: multipartResponse,
});
