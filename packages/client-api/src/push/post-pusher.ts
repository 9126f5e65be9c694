import { EmptyObject, type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";

/** What the pusher needs besides; further members are for the push gateway. */
export interface SetPusherData {
  /** Where the push gateway is; needed for `http`. */
  url?: string | undefined;
  /** `event_id_only` to send as little as possible. */
  format?: OpenEnum<"event_id_only"> | undefined;
}

/** Body of {@link postPusher}. */
export interface PostPusherBody {
  /** Where the push gateway sends notifications; unique for `app_id`. */
  pushkey: string;
  /** `http` or `email`; `null` deletes the pusher. */
  kind: string | null;
  /** Names the application, in reverse domain style. */
  app_id: string;
  app_display_name?: string | undefined;
  /** Name of the device for people. */
  device_display_name?: string | undefined;
  /** Tag of the push rules of a device. */
  profile_tag?: string | undefined;
  /** Language for notifications, such as `en`. */
  lang?: string | undefined;
  /** What the pusher needs besides; required unless `kind` is `null`. */
  data?: SetPusherData | undefined;
  /** Whether to keep pushers of other users with the same key. Default: `false`. */
  append?: boolean | undefined;
}

/** Checks a {@link PostPusherBody}. */
export const PostPusherBody: Model<PostPusherBody> = /* @__PURE__ */ model(() =>
  obj<PostPusherBody>({
    pushkey: z.string(),
    kind: z.nullable(z.string()),
    app_id: z.string(),
    app_display_name: z.optional(z.string()),
    device_display_name: z.optional(z.string()),
    profile_tag: z.optional(z.string()),
    lang: z.optional(z.string()),
    data: z.optional(obj<SetPusherData>({ url: z.optional(z.string()), format: z.optional(openEnum(["event_id_only"])) })),
    append: z.optional(z.boolean()),
  }),
);

/** Request of {@link postPusher}. */
export interface PostPusherRequest {
  body: PostPusherBody;
}

/**
 * Creates, changes or deletes a pusher of the user.
 *
 * `POST /_matrix/client/v3/pushers/set` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset}
 */
export const postPusher: Endpoint<PostPusherRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "postPusher",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/pushers/set" },
      { since: "v1.1", path: "/_matrix/client/v3/pushers/set" },
    ],
  },
  errors: { 400: {} },
  body: PostPusherBody,
  response: EmptyObject,
});
