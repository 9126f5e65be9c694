import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Response of {@link createContent}. */
export interface CreateContentResponse {
  content_uri: MxcUri;
  /** When the URI expires unless media was uploaded, in milliseconds since the Unix epoch. */
  unused_expires_at?: number | undefined;
}

/** Checks a {@link CreateContentResponse}. */
export const CreateContentResponse: Model<CreateContentResponse> = /* @__PURE__ */ model(() =>
  obj<CreateContentResponse>({ content_uri: MxcUri, unused_expires_at: z.optional(z.int()) }),
);

/**
 * Creates a content URI whose media is uploaded later.
 *
 * `POST /_matrix/media/v1/create` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav1create}
 */
export const createContent: Endpoint<EmptyObject, CreateContentResponse> = /* @__PURE__ */ endpoint({
  id: "createContent",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/media/unstable/fi.mau.msc2246/create" }],
    stable: [{ since: "v1.7", path: "/_matrix/media/v1/create" }],
  },
  errors: { 403: {} },
  response: CreateContentResponse,
});
