import { type EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { MediaConfig } from "../authenticated-media/media-config.ts";

/**
 * Reads the limits of the media repository; replaced by {@link getConfigAuthed}.
 *
 * `GET /_matrix/media/v3/config` · access token · rate limited
 *
 * @deprecated Since v1.11.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3config}
 */
export const getConfig: Endpoint<EmptyObject, MediaConfig> = /* @__PURE__ */ endpoint({
  id: "getConfig",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/media/r0/config" },
      { since: "v1.1", path: "/_matrix/media/v3/config" },
    ],
    deprecated: "v1.11",
  },
  response: MediaConfig,
});
