import { type EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { MediaConfig } from "./media-config.ts";

/**
 * Reads the limits of the media repository.
 *
 * `GET /_matrix/client/v1/media/config` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediaconfig}
 */
export const getConfigAuthed: Endpoint<EmptyObject, MediaConfig> = /* @__PURE__ */ endpoint({
  id: "getConfigAuthed",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      { path: "/_matrix/client/unstable/org.matrix.msc3916/media/config", feature: "org.matrix.msc3916" },
      { path: "/_matrix/client/v1/media/config", feature: "org.matrix.msc3916.stable" },
    ],
    stable: [{ since: "v1.11", path: "/_matrix/client/v1/media/config" }],
  },
  response: MediaConfig,
});
