import { type EmptyObject, endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** What the pusher needs besides; further members are for the push gateway. */
export interface PusherData {
  /** Where the push gateway is; needed for `http`. */
  url?: string | undefined;
  /** `event_id_only` to send as little as possible. */
  format?: string | undefined;
}

/** Where notifications of the user go. */
export interface Pusher {
  /** Where the push gateway sends notifications; unique for `app_id`. */
  pushkey: string;
  /** `http`, `email`, or another. */
  kind: string;
  /** Names the application, in reverse domain style. */
  app_id: string;
  app_display_name: string;
  /** Name of the device for people. */
  device_display_name: string;
  /** Tag of the push rules of a device. */
  profile_tag?: string | undefined;
  /** Language for notifications, such as `en`. */
  lang: string;
  /** What the pusher needs besides. */
  data: PusherData;
}

/** Response of {@link getPushers}. */
export interface GetPushersResponse {
  pushers?: Pusher[] | undefined;
}

/** Checks a {@link GetPushersResponse}. */
export const GetPushersResponse: Model<GetPushersResponse> = /* @__PURE__ */ model(() =>
  obj<GetPushersResponse>({
    pushers: z.optional(
      independent(
        z.array(
          obj<Pusher>({
            pushkey: z.string(),
            kind: z.string(),
            app_id: z.string(),
            app_display_name: z.string(),
            device_display_name: z.string(),
            profile_tag: z.optional(z.string()),
            lang: z.string(),
            data: obj<PusherData>({ url: z.optional(z.string()), format: z.optional(z.string()) }),
          }),
        ),
      ),
    ),
  }),
);

/**
 * Lists the pushers of the user.
 *
 * `GET /_matrix/client/v3/pushers` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushers}
 */
export const getPushers: Endpoint<EmptyObject, GetPushersResponse> = /* @__PURE__ */ endpoint({
  id: "getPushers",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/pushers" },
      { since: "v1.1", path: "/_matrix/client/v3/pushers" },
    ],
  },
  response: GetPushersResponse,
});
