import { type Endpoint, endpoint, lenient, type Model, model, obj, tolerated, unlessType, whenEmpty } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { UserPath } from "../account/user-path.ts";

/** Response of {@link getUserProfile}. */
export interface GetUserProfileResponse {
  /** Content URI of the avatar. */
  avatar_url?: MxcUri | undefined;
  displayname?: string | undefined;
  /** Time zone, by its IANA name. */
  "m.tz"?: string | undefined;
}

/** Checks a {@link GetUserProfileResponse}. */
export const GetUserProfileResponse: Model<GetUserProfileResponse> = /* @__PURE__ */ model(() =>
  obj<GetUserProfileResponse>({
    avatar_url: lenient(z.optional(MxcUri), "empty-string-null", whenEmpty("remove")),
    displayname: z.optional(z.string()),
    "m.tz": tolerated(z.optional(z.string()), "no-text", unlessType("string")),
  }),
);

/** Request of {@link getUserProfile}. */
export interface GetUserProfileRequest {
  path: UserPath;
}

/**
 * Reads the whole profile of a user.
 *
 * `GET /_matrix/client/v3/profile/{userId}` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuserid}
 */
export const getUserProfile: Endpoint<GetUserProfileRequest, GetUserProfileResponse> = /* @__PURE__ */ endpoint({
  id: "getUserProfile",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/uk.tcpip.msc4133/profile/{userId}", feature: "uk.tcpip.msc4133" }],
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/profile/{userId}" },
      { since: "v1.1", path: "/_matrix/client/v3/profile/{userId}" },
    ],
  },
  errors: { 403: {}, 404: {} },
  path: UserPath,
  response: GetUserProfileResponse,
});
